"""The adversarial autoencoder without labels: its code holds style and content alike.

Makhzani et al. 2015, section 2; part 2 of the tutorial.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import jax

from aae_jax.algorithms.autoencoder import reconstruct
from aae_jax.core.codes import blurred, in_units, noisy
from aae_jax.core.config import Batch, Config
from aae_jax.core.draws import Draws, draw
from aae_jax.core.losses import discriminator_loss, generator_loss
from aae_jax.core.mixture import Mixture
from aae_jax.core.networks import Network, apply, decoder, discriminator, encoder
from aae_jax.core.optimizers import Adam, Optimizer
from aae_jax.core.parts import NonNegative
from aae_jax.core.phases import Phase, Tree
from aae_jax.core.priors import Gaussian
from aae_jax.core.swiss_roll import SwissRoll


@dataclass(frozen=True)
class Unsupervised(Config):
    """The adversarial autoencoder without labels (Makhzani et al. 2015, section 2)."""

    kind: ClassVar[str] = "unsupervised"
    needs_labels: ClassVar[Literal["all", "some", "none"]] = "none"

    prior: Gaussian | Mixture | SwissRoll = Gaussian()
    """What codes are matched to."""

    standardizes: bool = False
    """Show decoder and discriminator z / sigma instead of z."""

    discriminator_noise: NonNegative = 0.0
    """Std, in sigmas, of noise on what the discriminator is shown; 0 is none."""

    latent_noise: NonNegative = 0.0
    """Std, in sigmas, of the Gaussian noise on codes while training; 0 is none."""

    reconstruction: Optimizer = Adam()
    """Of the reconstruction phase, which updates encoder and decoder."""

    discriminator: Optimizer = Adam()
    """Of the regularization phase's first half, which updates the discriminator."""

    generator: Optimizer = Adam()
    """Of the regularization phase's second half, which updates the encoder."""

    def networks(self) -> dict[str, Network]:
        """Return encoder x -> z, decoder z -> x and discriminator z."""
        return {
            "encoder": encoder(self, outputs=self.latent_dim),
            "decoder": decoder(self, inputs=self.latent_dim),
            "discriminator": discriminator(self, inputs=self.latent_dim),
        }

    def phases(self) -> tuple[Phase, ...]:
        """Return the reconstruction phase and both halves of the regularization."""
        adams = (self.reconstruction, self.discriminator, self.generator)
        tx = [adam.build(self) for adam in adams]
        return (
            Phase("reconstruction", ("encoder", "decoder"), reconstruct, tx[0]),
            Phase("discriminator", ("discriminator",), discriminate, tx[1]),
            Phase("generator", ("encoder",), generate, tx[2]),
        )

    def draw(self, key: jax.Array, n: int) -> Draws:
        """Draw the randomness of one step for n images; same key, same draws."""
        return draw(self, key, n)

    def decode(self, params: Tree, z: jax.Array) -> jax.Array:
        """Map codes z [B, Z] to pixel logits [B, H, W, C]."""
        return apply(self, params, "decoder", in_units(self, z))


def discriminate(
    config: Unsupervised, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the discriminator loss, to which samples of the prior are real: []."""
    z = noisy(config, config.encode(params, batch.images), draws.noise)
    real = is_prior(config, params, draws.prior, draws.prior_blur)
    return discriminator_loss(real, is_prior(config, params, z, draws.code_blur))


def generate(
    config: Unsupervised, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the generator loss, low where codes pass for samples of the prior: []."""
    z = noisy(config, config.encode(params, batch.images), draws.noise)
    return generator_loss(is_prior(config, params, z, draws.code_blur))


def is_prior(
    config: Unsupervised, params: Tree, z: jax.Array, blur: jax.Array
) -> jax.Array:
    """Return the discriminator's logits [B]; positive means a sample of the prior."""
    shown = blurred(config, z, blur)
    return apply(config, params, "discriminator", shown).squeeze(-1)
