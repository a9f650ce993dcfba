"""What algorithms share in which a code is the head of its class and a style around it.

Makhzani et al. 2015, section 7. The decoder sees W y + z alone, where W holds a head
for every class. Learned heads that come nearer than a distance cost something, so that
classes stay apart.
"""

from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
from flax import linen as nn

from aae_jax.algorithms.two_heads import TwoHeads, reconstruct
from aae_jax.core.networks import Network, apply, decoder
from aae_jax.core.parts import NonNegative, Scale
from aae_jax.core.phases import Phase, Tree
from aae_jax.core.pictures import Picture, Plane
from aae_jax.data import pixels
from aae_jax.errors import ConfigError


@dataclass(frozen=True)
class ClusterHeads(TwoHeads):
    """The fields, the networks and the reconstruction of codes W y + z."""

    style_std: Scale = 1.0
    """Standard deviation of the Gaussian that z is matched to, around each head."""

    head_places: Literal["learned", "axes"] = "learned"
    """Where heads lie: learned, or fixed, each on an axis of its own."""

    head_distance: NonNegative = 6.0
    """Below this distance two learned heads cost something; fixed ones are as far."""

    head_weight: NonNegative = 0.01
    """Weight of that cost, beside the reconstruction."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.head_places == "axes" and self.latent_dim < self.num_contents:
            raise ConfigError(
                f"codes of {self.latent_dim} dimensions have no axis for each of "
                f"{self.num_contents} heads: choose --latent-dim {self.num_contents}, "
                "or --head-places learned"
            )

    @property
    def scale(self) -> float:
        """What codes are divided by: as far as heads are to be apart."""
        return max(1.0, self.head_distance)

    def networks(self) -> dict[str, Network]:
        """Return those of both heads' game, and the matrix W of learned heads."""
        game = {**super().networks(), "decoder": decoder(self, inputs=self.latent_dim)}
        if self.head_places == "axes":
            return game
        heads = nn.Dense(
            self.latent_dim,
            use_bias=False,
            kernel_init=nn.initializers.normal(stddev=self.scale),
        )
        return {**game, "heads": Network(heads, (self.num_contents,))}

    def phases(self) -> tuple[Phase, ...]:
        """Return the phases of the game, whose reconstruction updates W too."""
        reconstruction, *others = super().phases()
        if self.head_places == "axes":
            return (reconstruction, *others)
        updates = ("encoder", "decoder", "heads")
        return (self.phase("reconstruction", updates, reconstruct_apart), *others)

    def head_of(self, params: Tree, y: jax.Array) -> jax.Array:
        """Map classes y [B, K], or probabilities, to heads W y [B, Z]."""
        if self.head_places == "learned":
            return apply(self, params, "heads", y)
        # The corners of a cube of side d / sqrt(2) next to the origin are d apart.
        return y @ jnp.eye(y.shape[-1], self.latent_dim) * self.head_distance / 2**0.5

    def encode(self, params: Tree, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to codes W y + z [B, Z]."""
        z, logits = self.heads(params, images)
        return z + self.head_of(params, jax.nn.softmax(logits))

    def decode(self, params: Tree, code: jax.Array) -> jax.Array:
        """Map codes W y + z [B, Z] to pixel logits [B, H, W, C]."""
        return apply(self, params, "decoder", code / self.scale)

    def decode_heads(self, params: Tree, z: jax.Array, y: jax.Array) -> jax.Array:
        """Map z [B, Z] and classes y [B, K], or probabilities, to pixel logits."""
        return self.decode(params, z + self.head_of(params, y))

    def pictures(
        self, params: Tree, images: jax.Array, labels: jax.Array, key: jax.Array
    ) -> dict[str, Picture]:
        """Return what figures show; of codes with more dimensions, a plane through."""
        found = super().pictures(params, images, labels, key)
        if self.latent_dim == 2:
            return found
        codes = self.encode(params, pixels(images))
        heads = self.head_of(params, jnp.eye(self.num_contents))
        return {**found, "plane": Plane(codes @ to_circle(heads), labels, None)}


def to_circle(heads: jax.Array) -> jax.Array:
    """Return the linear map [Z, 2] that puts heads [K, Z] on a circle (section 7).

    In the sense of least squares, where there is none. The circle's radius is 1.
    """
    turns = jnp.arange(heads.shape[0]) / heads.shape[0] * 2 * jnp.pi
    circle = jnp.stack([jnp.cos(turns), jnp.sin(turns)], axis=-1)
    return jnp.linalg.pinv(heads) @ circle


def reconstruct_apart(
    config: ClusterHeads, params: Tree, batch: Any, draws: Any, step: jax.Array
) -> jax.Array:
    """Return the squared error of decode(W y + z), and what near heads cost: []."""
    loss = reconstruct(config, params, batch, draws, step)
    heads = config.head_of(params, jnp.eye(config.num_contents))
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
