"""The supervised adversarial autoencoder: style apart from content.

Makhzani et al. 2015, section 4. The decoder is told the label y, so the code z need
only hold the style; the discriminator compares codes with a prior, so that any sample
of the prior is a style. From top to bottom: what is configured, the networks, the
phases of a step, and what each of them descends on.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import jax
import jax.numpy as jnp

from aae_jax.algorithms.agreement import agreement_term
from aae_jax.core.codes import blurred, in_units, noisy
from aae_jax.core.config import Batch, Config
from aae_jax.core.draws import Draws, draw
from aae_jax.core.losses import discriminator_loss, generator_loss, reconstruction_loss
from aae_jax.core.networks import Network, apply, decoder, discriminator, encoder
from aae_jax.core.optimizers import Adam, Optimizer
from aae_jax.core.parts import NonNegative
from aae_jax.core.phases import Phase, Tree
from aae_jax.core.priors import Gaussian


@dataclass(frozen=True)
class Supervised(Config):
    """The supervised adversarial autoencoder (Makhzani et al. 2015, section 4)."""

    kind: ClassVar[str] = "supervised"

    prior: Gaussian = Gaussian()
    """What styles are drawn from."""

    standardizes: bool = False
    """Show decoder and discriminator z / sigma instead of z."""

    discriminator_sees: Literal["code", "label", "label_logit"] = "code"
    """The code alone; or the one-hot label beside it, which makes q(z | y) = p(z) the
    optimum; or that with one logit a class, of which the label picks its own."""

    discriminator_noise: NonNegative = 0.0
    """Std, in sigmas, of noise on what the discriminator is shown; 0 is none."""

    latent_noise: NonNegative = 0.0
    """Std, in sigmas, of the Gaussian noise on codes while training; 0 is none."""

    agreement_weight: NonNegative = 0.0
    """Weight of the style agreement at first; it fades in a quarter of the run."""

    reconstruction: Optimizer = Adam()
    """Of the reconstruction phase, which updates encoder and decoder."""

    discriminator: Optimizer = Adam()
    """Of the regularization phase's first half, which updates the discriminator."""

    generator: Optimizer = Adam()
    """Of the regularization phase's second half, which updates the encoder."""

    @property
    def depends_on_length(self) -> bool:
        """True if a step depends on how many there will be, as the agreement does."""
        return super().depends_on_length or self.agreement_weight > 0

    def networks(self) -> dict[str, Network]:
        """Return encoder x -> z, decoder (y, z) -> x and discriminator z or (z, y)."""
        Z, K = self.latent_dim, self.num_classes
        seen = Z if self.discriminator_sees == "code" else Z + K
        logits = K if self.discriminator_sees == "label_logit" else 1
        return {
            "encoder": encoder(self, outputs=Z),
            "decoder": decoder(self, inputs=K + Z),
            "discriminator": discriminator(self, inputs=seen, logits=logits),
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

    def decode_labels(self, params: Tree, z: jax.Array, labels: jax.Array) -> jax.Array:
        """Map codes z [B, Z] and one-hot labels [B, K] to pixel logits [B, H, W, C]."""
        shown = jnp.concatenate([labels, in_units(self, z)], axis=-1)
        return apply(self, params, "decoder", shown)


def reconstruct(
    config: Supervised, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the squared error of decode(E(x), y), plus the agreement if asked: []."""
    z = noisy(config, config.encode(params, batch.images), draws.noise)
    logits = config.decode_labels(params, z, batch.labels)
    loss = reconstruction_loss(batch.images, jax.nn.sigmoid(logits))
    if config.agreement_weight:
        loss += agreement_term(config, params, z, step)
    return loss


def discriminate(
    config: Supervised, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the discriminator loss, to which samples of the prior are real: []."""
    z = noisy(config, config.encode(params, batch.images), draws.noise)
    real = is_prior(config, params, draws.prior, draws.prior_blur, batch.labels)
    fake = is_prior(config, params, z, draws.code_blur, batch.labels)
    return discriminator_loss(real, fake)


def generate(
    config: Supervised, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the generator loss, low where codes pass for samples of the prior: []."""
    z = noisy(config, config.encode(params, batch.images), draws.noise)
    fake = is_prior(config, params, z, draws.code_blur, batch.labels)
    return generator_loss(fake)


def is_prior(
    config: Supervised, params: Tree, z: jax.Array, blur: jax.Array, labels: jax.Array
) -> jax.Array:
    """Return the discriminator's logits [B]; positive means a sample of the prior.

    Of several logits the one-hot labels [B, K] pick theirs, much as in the projection
    of Miyato and Koyama 2018 (arXiv 1802.05637).
    """
    shown = blurred(config, z, blur)
    if config.discriminator_sees != "code":
        shown = jnp.concatenate([shown, labels], axis=-1)
    logits = apply(config, params, "discriminator", shown)
    if config.discriminator_sees == "label_logit":
        return jnp.sum(labels * logits, axis=-1)
    return logits.squeeze(-1)
