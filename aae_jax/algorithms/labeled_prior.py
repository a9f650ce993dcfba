"""The adversarial autoencoder whose prior has a place for each label.

Makhzani et al. 2015, section 2.3. The discriminator is told beside a code whose it is:
the one-hot label of a labeled image, for which codes of the label's component of the
prior are real, or a last entry, "no label", for which all of the prior is. So content
is found where the prior has a place for it, though the encoder and the decoder are told
no label.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from aae_jax.algorithms.some_labels import Batch, SomeLabels
from aae_jax.algorithms.unsupervised import Unsupervised
from aae_jax.core.codes import blurred, gaussian_noise, noisy
from aae_jax.core.losses import (
    discriminator_loss,
    generator_loss,
    misread,
    reconstruction_loss,
)
from aae_jax.core.mixture import Mixture
from aae_jax.core.networks import Network, apply, discriminator
from aae_jax.core.parts import Count, NonNegative
from aae_jax.core.phases import Phase, Tree
from aae_jax.core.swiss_roll import SwissRoll
from aae_jax.data import pixels
from aae_jax.errors import ConfigError


class Draws(NamedTuple):
    """The randomness of one step, in units of the prior.

    Samples of the prior [B, Z] and of each class's component [B, K, Z]; which labeled
    images are seen [B]. Of the unlabeled ones first, then of these: the noise on images
    [2B, H, W, C], on codes [2B, Z], and what blurs samples and codes before the
    discriminator [2B, Z].
    """

    prior: jax.Array
    given: jax.Array
    labeled: jax.Array
    input_noise: jax.Array
    noise: jax.Array
    prior_blur: jax.Array
    code_blur: jax.Array


@dataclass(frozen=True)
class LabeledPrior(SomeLabels, Unsupervised):
    """The adversarial autoencoder with labels on its prior (section 2.3)."""

    kind: ClassVar[str] = "labeled_prior"

    prior: Mixture | SwissRoll = Mixture()
    """What codes are matched to; class k has the k-th component."""

    latent_dim: Count = 2
    """Length Z of the latent code z."""

    num_labels: Count = 10_000
    """Number L of training images whose labels are known, as many of each class.

    Where the data itself knows only some labels, they are all these.
    """

    input_noise: NonNegative = 0.0
    """Std of Gaussian noise on the pixels that the encoder is shown in training."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.prior.components < self.num_classes:
            raise ConfigError(
                f"components of {type(self.prior).__name__} must be at least "
                f"{self.num_classes}, one a class, not {self.prior.components}: choose "
                f"--prior.components {self.num_classes}"
            )

    def networks(self) -> dict[str, Network]:
        """Return encoder x -> z, decoder z -> x and discriminator (z, whose)."""
        seen = self.latent_dim + self.num_classes + 1
        return {**super().networks(), "discriminator": discriminator(self, inputs=seen)}

    def phases(self) -> tuple[Phase, ...]:
        """Return the reconstruction phase and both halves of the regularization."""
        adams = (self.reconstruction, self.discriminator, self.generator)
        tx = [adam.build(self) for adam in adams]
        return (
            Phase("reconstruction", ("encoder", "decoder"), reconstruct, tx[0]),
            Phase("discriminator", ("discriminator",), discriminate, tx[1]),
            Phase("generator", ("encoder",), generate, tx[2]),
        )

    def draw(self, key: jax.Array, n: int) -> Any:
        """Draw the randomness of one step for n images; same key, same `Draws`."""
        keys = iter(jax.random.split(key, len(Draws._fields)))
        Z, K = self.latent_dim, self.num_classes
        prior = self.prior.sample(next(keys), n, Z)
        given = self.prior.sample_given(next(keys), jnp.tile(jnp.arange(K), n), Z)
        labeled = jax.random.randint(next(keys), (n,), 0, self.num_labels)

        def noise(share: float) -> jax.Array:
            return share * gaussian_noise(self, next(keys), 2 * n)

        pixel_noise = jax.random.normal(next(keys), (2 * n, *self.image_shape))

        return Draws(
            prior=prior,
            given=given.reshape(n, K, Z),
            labeled=labeled,
            input_noise=self.input_noise * pixel_noise,
            noise=noise(self.latent_noise),
            prior_blur=noise(self.discriminator_noise),
            code_blur=noise(self.discriminator_noise),
        )

    def validate(
        self, params: Tree, images: jax.Array, labels: jax.Array
    ) -> dict[str, jax.Array]:
        """Describe validation images as all algorithms do.

        Besides, `nearest_is_label` []: share of codes nearest to their label's
        component.
        """
        z = self.encode(params, pixels(images))
        share = 1 - misread(self.prior.nearest(z), labels)
        return {"nearest_is_label": share, **super().validate(params, images, labels)}


def reconstruct(
    config: LabeledPrior, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the squared error between unlabeled images and what is decoded: []."""
    B = batch.images.shape[0]
    z = config.encode(params, batch.images + draws.input_noise[:B])
    logits = config.decode(params, noisy(config, z, draws.noise[:B]))
    return reconstruction_loss(batch.images, jax.nn.sigmoid(logits))


def discriminate(
    config: LabeledPrior, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the discriminator loss, to which samples of the prior are real: []."""
    labels = batch.labeled.labels[draws.labeled]
    own = jax.vmap(lambda given, label: given[label])(draws.given, labels)
    samples = jnp.concatenate([draws.prior, own])
    real = is_prior(config, params, samples, draws.prior_blur, labels)
    z = codes(config, params, batch, draws)
    fake = is_prior(config, params, z, draws.code_blur, labels)
    return discriminator_loss(real, fake)


def generate(
    config: LabeledPrior, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the generator loss, low where codes pass for samples of the prior: []."""
    labels = batch.labeled.labels[draws.labeled]
    z = codes(config, params, batch, draws)
    return generator_loss(is_prior(config, params, z, draws.code_blur, labels))


def codes(config: LabeledPrior, params: Tree, batch: Batch, draws: Draws) -> jax.Array:
    """Return codes of the unlabeled images, then of the labeled ones drawn: [2B, Z]."""
    labeled = pixels(batch.labeled.images[draws.labeled])
    images = jnp.concatenate([batch.images, labeled])
    z = config.encode(params, images + draws.input_noise)
    return noisy(config, z, draws.noise)


def is_prior(
    config: LabeledPrior, params: Tree, z: jax.Array, blur: jax.Array, labels: jax.Array
) -> jax.Array:
    """Return the discriminator's logits [2B]; positive means a sample of the prior.

    It is told whose the codes z [2B, Z] are: no label's, then those of `labels` [B].
    """
    K = config.num_classes
    whose = jnp.concatenate([jnp.full_like(labels, K), labels])
    told = jax.nn.one_hot(whose, K + 1)
    shown = jnp.concatenate([blurred(config, z, blur), told], axis=-1)
    return apply(config, params, "discriminator", shown).squeeze(-1)
