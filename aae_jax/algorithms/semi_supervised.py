"""The semi-supervised adversarial autoencoder: content is read with few labels.

Makhzani et al. 2015, section 5. The encoder has two heads, a style z and a class y,
each with an adversary (`two_heads`), and learns from few labeled images which class is
which (`few_labels`). The decoder is told y and z, so y need only hold the content and z
the style.
"""

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from aae_jax.algorithms.few_labels import FewLabels
from aae_jax.core.networks import apply
from aae_jax.core.phases import Tree
from aae_jax.core.priors import Gaussian


@dataclass(frozen=True)
class SemiSupervised(FewLabels):
    """The semi-supervised adversarial autoencoder (Makhzani et al. 2015, section 5)."""

    kind: ClassVar[str] = "semi_supervised"

    prior: Gaussian = Gaussian(std=1.0)
    """What styles are drawn from."""

    @property
    def style_std(self) -> float:
        """Standard deviation of the Gaussian that z is matched to: the prior."""
        return self.prior.scale

    def encode(self, params: Tree, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to styles z [B, Z]."""
        return self.heads(params, images)[0]

    def decode_heads(self, params: Tree, z: jax.Array, y: jax.Array) -> jax.Array:
        """Map z [B, Z] and classes y [B, K], or probabilities, to pixel logits."""
        shown = jnp.concatenate([y, z / self.style_std], axis=-1)
        return apply(self, params, "decoder", shown)

    def decode_labels(self, params: Tree, z: jax.Array, labels: jax.Array) -> jax.Array:
        """Map codes z [B, Z] and one-hot labels [B, K] to pixel logits [B, H, W, C]."""
        return self.decode_heads(params, z, labels)
