"""The conditional autoencoder: the supervised one without its regularization phase.

The decoder is told the label, but nothing draws codes to a prior or the label out of
them: what an adversary is good for shows beside it.
"""

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from aae_jax.core.codes import in_units, noisy
from aae_jax.core.config import Batch, Config
from aae_jax.core.draws import CodeNoise, sample_noise
from aae_jax.core.losses import reconstruction_loss
from aae_jax.core.networks import Network, apply, decoder, encoder
from aae_jax.core.optimizers import Adam, Optimizer
from aae_jax.core.parts import NonNegative, Scale
from aae_jax.core.phases import Phase, Tree


@dataclass(frozen=True)
class ConditionalAutoencoder(Config):
    """The conditional autoencoder: encoder x -> z and decoder (y, z) -> x."""

    kind: ClassVar[str] = "conditional_autoencoder"

    scale: Scale = 5.0
    """What codes z are divided by before the decoder; the unit of their noise."""

    standardizes: bool = False
    """Show the decoder z / scale instead of z."""

    latent_noise: NonNegative = 0.0
    """Std, in scales, of the Gaussian noise on codes while training; 0 is none."""

    reconstruction: Optimizer = Adam()
    """Of the reconstruction phase, which updates encoder and decoder."""

    def networks(self) -> dict[str, Network]:
        """Return encoder x -> z and decoder (y, z) -> x."""
        return {
            "encoder": encoder(self, outputs=self.latent_dim),
            "decoder": decoder(self, inputs=self.num_classes + self.latent_dim),
        }

    def phases(self) -> tuple[Phase, ...]:
        """Return the reconstruction phase alone."""
        tx = self.reconstruction.build(self)
        return (Phase("reconstruction", ("encoder", "decoder"), reconstruct, tx),)

    def draw(self, key: jax.Array, n: int) -> CodeNoise:
        """Draw the noise on n codes; same key, same noise."""
        return sample_noise(self, key, n)

    def decode_labels(self, params: Tree, z: jax.Array, labels: jax.Array) -> jax.Array:
        """Map codes z [B, Z] and one-hot labels [B, K] to pixel logits [B, H, W, C]."""
        shown = jnp.concatenate([labels, in_units(self, z)], axis=-1)
        return apply(self, params, "decoder", shown)


def reconstruct(
    config: ConditionalAutoencoder,
    params: Tree,
    batch: Batch,
    draws: CodeNoise,
    step: jax.Array,
) -> jax.Array:
    """Return the squared error between images and decode(E(x), y): []."""
    z = noisy(config, config.encode(params, batch.images), draws.noise)
    logits = config.decode_labels(params, z, batch.labels)
    return reconstruction_loss(batch.images, jax.nn.sigmoid(logits))
