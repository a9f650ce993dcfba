"""Dimensionality reduction: a code is the head of its class, and a style beside it.

Makhzani et al. 2015, section 7. The decoder sees W y + z alone, where W holds a learned
head of every class and z is a style around it; classes are learned from few labels. Two
heads that come nearer than a distance cost something, so that classes stay apart. Codes
of two dimensions are a map of the data.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from flax import linen as nn

from aae_jax.algorithms.few_labels import FewLabels
from aae_jax.algorithms.two_heads import reconstruct
from aae_jax.core.networks import Network, apply, decoder
from aae_jax.core.parts import NonNegative, Scale
from aae_jax.core.phases import Phase, Tree


@dataclass(frozen=True)
class Reduction(FewLabels):
    """The dimensionality-reducing autoencoder (Makhzani et al. 2015, section 7)."""

    kind: ClassVar[str] = "reduction"

    style_std: Scale = 1.0
    """Standard deviation of the Gaussian that z is matched to, around each head."""

    head_distance: NonNegative = 6.0
    """Below this distance two heads of classes cost something."""

    head_weight: NonNegative = 0.01
    """Weight of that cost, beside the reconstruction."""

    @property
    def scale(self) -> float:
        """What codes are divided by: as far as heads are to be apart."""
        return max(1.0, self.head_distance)

    def networks(self) -> dict[str, Network]:
        """Return those of both heads' game, and the matrix W of heads: y -> W y."""
        heads = nn.Dense(
            self.latent_dim,
            use_bias=False,
            kernel_init=nn.initializers.normal(stddev=self.scale),
        )
        return {
            **super().networks(),
            "decoder": decoder(self, inputs=self.latent_dim),
            "heads": Network(heads, (self.num_contents,)),
        }

    def phases(self) -> tuple[Phase, ...]:
        """Return the game, whose reconstruction updates W too, and the labels."""
        _, *others = super().phases()
        updates = ("encoder", "decoder", "heads")
        return (self.phase("reconstruction", updates, reconstruct_apart), *others)

    def encode(self, params: Tree, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to codes W y + z [B, Z]."""
        z, logits = self.heads(params, images)
        return z + apply(self, params, "heads", jax.nn.softmax(logits))

    def decode(self, params: Tree, code: jax.Array) -> jax.Array:
        """Map codes W y + z [B, Z] to pixel logits [B, H, W, C]."""
        return apply(self, params, "decoder", code / self.scale)

    def decode_heads(self, params: Tree, z: jax.Array, y: jax.Array) -> jax.Array:
        """Map z [B, Z] and classes y [B, K], or probabilities, to pixel logits."""
        return self.decode(params, z + apply(self, params, "heads", y))


def reconstruct_apart(
    config: Reduction, params: Tree, batch: Any, draws: Any, step: jax.Array
) -> jax.Array:
    """Return the squared error of decode(W y + z), and what near heads cost: []."""
    loss = reconstruct(config, params, batch, draws, step)
    heads = apply(config, params, "heads", jnp.eye(config.num_contents))
    return loss + config.head_weight * nearness(heads, config.head_distance)


def nearness(heads: jax.Array, distance: float) -> jax.Array:
    """Return by how much pairs of heads [K, Z] are nearer than `distance`: [].

    The mean over pairs of the squared shortfall, as a share of the distance.
    """
    K = heads.shape[0]
    one, other = jnp.triu_indices(K, k=1)
    squares = jnp.sum(jnp.square(heads[one] - heads[other]), axis=-1)
    apart = jnp.sqrt(jnp.maximum(squares, 1e-12)) / max(distance, 1e-12)
    return jnp.mean(jnp.square(jnp.maximum(0, 1 - apart)))
