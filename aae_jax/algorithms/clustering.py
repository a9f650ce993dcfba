"""Clustering: the classes of y are found without any label.

Makhzani et al. 2015, section 6. The game of both heads alone (`no_labels`): y is
matched to one-hot clusters, z to a Gaussian, and the decoder is told both. A latent
code is both heads side by side, (z, y); its prior is a random style in a random
cluster.
"""

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from aae_jax.algorithms.no_labels import NoLabels
from aae_jax.core.networks import apply
from aae_jax.core.parts import Part, Scale, Several
from aae_jax.core.phases import Tree
from aae_jax.core.priors import Gaussian


@dataclass(frozen=True)
class Clusters(Part):
    """The prior of codes (z, y): N(0, std^2 I) beside uniform one-hot clusters."""

    kind: ClassVar[str] = "clusters"
    dimensions: ClassVar[int | None] = None

    std: Scale = 1.0
    """Standard deviation of z."""

    number: Several = 16
    """Number of clusters."""

    @property
    def scale(self) -> float:
        """What codes are divided by; y is a probability already."""
        return self.std

    def sample(self, key: jax.Array, n: int, length: int) -> jax.Array:
        """Draw n codes [n, length], of which the last `number` numbers are y."""
        z_key, y_key = jax.random.split(key)
        z = Gaussian(self.std).sample(z_key, n, length - self.number)
        clusters = jax.random.randint(y_key, (n,), 0, self.number)
        return jnp.concatenate([z, jax.nn.one_hot(clusters, self.number)], axis=-1)

    def walk(self, start: jax.Array, end: jax.Array, num: int) -> jax.Array:
        """Return `num` codes [num, length] from `start` to `end`.

        z goes along the arc of its Gaussian, y straight.
        """
        z = Gaussian(self.std).walk(start[: -self.number], end[: -self.number], num)
        y = jnp.linspace(start[-self.number :], end[-self.number :], num)
        return jnp.concatenate([z, y], axis=-1)


@dataclass(frozen=True)
class Clustering(NoLabels):
    """The clustering adversarial autoencoder (Makhzani et al. 2015, section 6)."""

    kind: ClassVar[str] = "clustering"

    prior: Clusters = Clusters()
    """What codes (z, y) are drawn from."""

    @property
    def num_contents(self) -> int:
        """Number K of clusters."""
        return self.prior.number

    @property
    def style_std(self) -> float:
        """Standard deviation of the Gaussian that z is matched to."""
        return self.prior.std

    @property
    def code_dim(self) -> int:
        """Length Z + K of a code (z, y)."""
        return self.latent_dim + self.num_contents

    def encode(self, params: Tree, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to codes (z, y) [B, Z + K]."""
        z, logits = self.heads(params, images)
        return jnp.concatenate([z, jax.nn.softmax(logits)], axis=-1)

    def decode(self, params: Tree, code: jax.Array) -> jax.Array:
        """Map codes (z, y) [B, Z + K] to pixel logits [B, H, W, C]."""
        return self.decode_heads(
            params, code[:, : self.latent_dim], code[:, self.latent_dim :]
        )

    def decode_heads(self, params: Tree, z: jax.Array, y: jax.Array) -> jax.Array:
        """Map z [B, Z] and clusters y [B, K] to pixel logits [B, H, W, C]."""
        shown = jnp.concatenate([y, z / self.style_std], axis=-1)
        return apply(self, params, "decoder", shown)
