"""The plain autoencoder: part 1 of the tutorial, and what the others are built on.

No label and no prior: its codes lie where they like.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import jax

from aae_jax.core.codes import in_units, noisy
from aae_jax.core.config import Batch, Config
from aae_jax.core.draws import CodeNoise, sample_noise
from aae_jax.core.losses import reconstruction_loss
from aae_jax.core.networks import Network, apply, decoder, encoder
from aae_jax.core.optimizers import Adam, Optimizer
from aae_jax.core.parts import NonNegative, Scale
from aae_jax.core.phases import Phase, Tree


@dataclass(frozen=True)
class Autoencoder(Config):
    """The plain autoencoder: encoder x -> z and decoder z -> x."""

    kind: ClassVar[str] = "autoencoder"
    needs_labels: ClassVar[Literal["all", "some", "none"]] = "none"

    scale: Scale = 5.0
    """What codes z are divided by before the decoder; the unit of their noise."""

    standardizes: bool = False
    """Show the decoder z / scale instead of z."""

    latent_noise: NonNegative = 0.0
    """Std, in scales, of the Gaussian noise on codes while training; 0 is none."""

    reconstruction: Optimizer = Adam()
    """Of the reconstruction phase, which updates encoder and decoder."""

    def networks(self) -> dict[str, Network]:
        """Return encoder x -> z and decoder z -> x."""
        return {
            "encoder": encoder(self, outputs=self.latent_dim),
            "decoder": decoder(self, inputs=self.latent_dim),
        }

    def phases(self) -> tuple[Phase, ...]:
        """Return the reconstruction phase alone."""
        tx = self.reconstruction.build(self)
        return (Phase("reconstruction", ("encoder", "decoder"), reconstruct, tx),)

    def draw(self, key: jax.Array, n: int) -> CodeNoise:
        """Draw the noise on n codes; same key, same noise."""
        return sample_noise(self, key, n)

    def decode(self, params: Tree, z: jax.Array) -> jax.Array:
        """Map codes z [B, Z] to pixel logits [B, H, W, C]."""
        return apply(self, params, "decoder", in_units(self, z))


def reconstruct(
    config: Any, params: Tree, batch: Batch, draws: Any, step: jax.Array
) -> jax.Array:
    """Return the squared error between images and decode(E(x)): []."""
    z = noisy(config, config.encode(params, batch.images), draws.noise)
    logits = config.decode(params, z)
    return reconstruction_loss(batch.images, jax.nn.sigmoid(logits))
