"""The semi-supervised adversarial autoencoder: content is read with few labels.

Makhzani et al. 2015, section 5. The encoder has two heads, a style z and a class y, and
an adversary for each: z is matched to a prior, y to one-hot classes, so that each image
is read as one class and all classes equally often. The decoder is told both. A few
labeled images say which class is which. From top to bottom: what is configured, the
networks, the phases of a step, and what each of them descends on.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from aae_jax.algorithms.consistency import Consistency
from aae_jax.core.config import Config
from aae_jax.core.losses import (
    classification_loss,
    discriminator_loss,
    generator_loss,
    reconstruction_loss,
)
from aae_jax.core.networks import Network, apply, decoder, discriminator, encoder
from aae_jax.core.optimizers import Adam
from aae_jax.core.parts import Count, NonNegative, Seed
from aae_jax.core.phases import Phase, Tree
from aae_jax.core.pictures import Picture
from aae_jax.core.priors import Gaussian
from aae_jax.data import Dataset, DatasetSplits, pixels
from aae_jax.data.labels import balanced_indices
from aae_jax.errors import ConfigError


class Batch(NamedTuple):
    """Images [B, H, W, C] in [0, 1] without labels, and all labeled ones as they are.

    The labeled ones are [L, H, W, C] uint8 with labels [L] int.
    """

    images: jax.Array
    labeled: Dataset


class Draws(NamedTuple):
    """The randomness of one step.

    Samples of both priors [B, Z], [B, K]; what blurs them and the codes before the
    discriminators [2, B, Z], [2, B, K]; which labeled images are seen [B]; the noise on
    images and on labeled ones, and where the consistency looks [B, H, W, C].
    """

    style: jax.Array
    content: jax.Array
    style_blur: jax.Array
    content_blur: jax.Array
    labeled: jax.Array
    noise: jax.Array
    labeled_noise: jax.Array
    directions: jax.Array


@dataclass(frozen=True)
class SemiSupervised(Config):
    """The semi-supervised adversarial autoencoder (Makhzani et al. 2015, section 5)."""

    kind: ClassVar[str] = "semi_supervised"

    prior: Gaussian = Gaussian(std=1.0)
    """What styles are drawn from."""

    num_labels: Count = 100
    """Number L of training images whose labels are known, as many of each class."""

    label_seed: Seed = 0
    """Seed of which images these are."""

    input_noise: NonNegative = 0.0
    """Std of Gaussian noise on the pixels that the encoder is shown in training."""

    discriminator_noise: NonNegative = 0.3
    """Std of noise on what the discriminators are shown: in sigmas for z, and for y."""

    consistency: Consistency = Consistency()
    """Of what is read of unlabeled images; not in the paper."""

    reconstruction: Adam = Adam()
    """Of the reconstruction phase, which updates encoder and decoder."""

    style_discriminator: Adam = Adam()
    """Of the phase that updates the discriminator of z."""

    content_discriminator: Adam = Adam()
    """Of the phase that updates the discriminator of y."""

    generator: Adam = Adam()
    """Of the phase that updates the encoder against both."""

    classification: Adam = Adam()
    """Of the phase that updates the encoder on labeled images."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.num_classes <= self.num_labels <= self.num_train:
            raise ConfigError(
                f"num_labels must be at least {self.num_classes}, one a class, and at "
                f"most {self.num_train}, the training images, not {self.num_labels}"
            )

    @property
    def depends_on_length(self) -> bool:
        """True if a step depends on how many there will be, as a rising weight does."""
        return super().depends_on_length or self.consistency.rise > 0

    def networks(self) -> dict[str, Network]:
        """Return encoder x -> (z, y), decoder (y, z) -> x and a discriminator each."""
        Z, K = self.latent_dim, self.num_classes
        return {
            "encoder": encoder(self, outputs=Z + K),
            "decoder": decoder(self, inputs=K + Z),
            "style_discriminator": discriminator(self, inputs=Z),
            "content_discriminator": discriminator(self, inputs=K),
        }

    def phases(self) -> tuple[Phase, ...]:
        """Return the phases; each is named like its optimizer."""

        def phase(name: str, updates: tuple[str, ...], objective: Any) -> Phase:
            return Phase(name, updates, objective, getattr(self, name).build(self))

        style, content = "style_discriminator", "content_discriminator"
        return (
            phase("reconstruction", ("encoder", "decoder"), reconstruct),
            phase(style, (style,), discriminate_style),
            phase(content, (content,), discriminate_content),
            phase("generator", ("encoder",), generate),
            phase("classification", ("encoder",), learn_labels),
        )

    def draw(self, key: jax.Array, n: int) -> Draws:
        """Draw the randomness of one step for n images; same key, same draws."""
        keys = iter(jax.random.split(key, len(Draws._fields)))
        Z, K = self.latent_dim, self.num_classes

        def normal(*shape: int) -> jax.Array:
            return jax.random.normal(next(keys), shape)

        def integers(below: int) -> jax.Array:
            return jax.random.randint(next(keys), (n,), 0, below)

        return Draws(
            style=self.prior.sample(next(keys), n, Z),
            content=jax.nn.one_hot(integers(K), K),
            style_blur=self.discriminator_noise * self.prior.scale * normal(2, n, Z),
            content_blur=self.discriminator_noise * normal(2, n, K),
            labeled=integers(self.num_labels),
            noise=self.input_noise * normal(n, *self.image_shape),
            labeled_noise=self.input_noise * normal(n, *self.image_shape),
            directions=normal(n, *self.image_shape),
        )

    def extra(self, splits: DatasetSplits) -> Dataset:
        """Return the labeled images and their labels; every step may see all of them.

        Raises:
          ConfigError: There are not so many labels of every class.
        """
        indices = self.labeled_indices(splits.train.labels)
        return Dataset(splits.train.images[indices], splits.train.labels[indices])

    def labeled_indices(self, labels: np.ndarray) -> np.ndarray:
        """Return which training images are labeled, given all labels [N]: [L] int."""
        return balanced_indices(
            labels, self.num_labels, self.num_classes, self.label_seed
        )

    def batch(self, data: Dataset, indices: jax.Array, extra: Dataset) -> Batch:
        """Return what a step is given: images `indices` [B] without their labels."""
        return Batch(pixels(data.images[indices]), extra)

    def heads(self, params: Tree, images: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Map images [B, H, W, C] to styles z [B, Z] and class logits [B, K]."""
        outputs = apply(self, params, "encoder", images)
        return outputs[:, : self.latent_dim], outputs[:, self.latent_dim :]

    def encode(self, params: Tree, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to styles z [B, Z]."""
        return self.heads(params, images)[0]

    def classify(self, params: Tree, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to class logits [B, K]."""
        return self.heads(params, images)[1]

    def decode_labels(self, params: Tree, z: jax.Array, labels: jax.Array) -> jax.Array:
        """Map codes z [B, Z] and labels [B, K] to pixel logits [B, H, W, C].

        Labels are one-hot, or what is read of an image: probabilities.
        """
        shown = jnp.concatenate([labels, z / self.prior.scale], axis=-1)
        return apply(self, params, "decoder", shown)

    def validate(
        self, params: Tree, images: jax.Array, labels: jax.Array
    ) -> dict[str, jax.Array]:
        """Describe validation images as all algorithms do, each as the class it reads.

        Besides, `classification_error` []: the share that is read as another class.
        """
        read = self.classify(params, pixels(images)).argmax(axis=-1)
        common = super().validate(params, images, read)
        return {"classification_error": jnp.mean(read != labels), **common}

    def pictures(
        self, params: Tree, images: jax.Array, labels: jax.Array, key: jax.Array
    ) -> dict[str, Picture]:
        """Return what figures show; each image is painted as the class it reads."""
        read = self.classify(params, pixels(images)).argmax(axis=-1)
        return super().pictures(params, images, read, key)


def reconstruct(
    config: SemiSupervised, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the squared error of decode(y, z), both read of the noisy image: []."""
    z, y = read(config, params, batch, draws)
    painted = jax.nn.sigmoid(config.decode_labels(params, z, y))
    return reconstruction_loss(batch.images, painted)


def discriminate_style(
    config: SemiSupervised, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the loss of the discriminator to which samples of the prior are real."""
    z, _ = read(config, params, batch, draws)
    real = is_style(config, params, draws.style, draws.style_blur[0])
    return discriminator_loss(real, is_style(config, params, z, draws.style_blur[1]))


def discriminate_content(
    config: SemiSupervised, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the loss of the discriminator to which one-hot classes are real: []."""
    _, y = read(config, params, batch, draws)
    real = is_content(config, params, draws.content, draws.content_blur[0])
    fake = is_content(config, params, y, draws.content_blur[1])
    return discriminator_loss(real, fake)


def generate(
    config: SemiSupervised, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the generator loss against both discriminators, their sum: []."""
    z, y = read(config, params, batch, draws)
    style = is_style(config, params, z, draws.style_blur[1])
    content = is_content(config, params, y, draws.content_blur[1])
    return generator_loss(style) + generator_loss(content)


def learn_labels(
    config: SemiSupervised, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the cross-entropy of labeled images, plus the consistency if asked: []."""
    images = pixels(batch.labeled.images[draws.labeled]) + draws.labeled_noise
    labels = batch.labeled.labels[draws.labeled]
    classify = partial(config.classify, params)
    loss = classification_loss(classify(images), labels)
    if config.consistency.acts:
        consistency, progress = config.consistency, step / config.num_steps
        unlabeled = batch.images + draws.noise
        loss += consistency.of_labeled(classify, images, labels)
        loss += consistency.of_unlabeled(
            classify, unlabeled, draws.directions, progress
        )
    return loss


def read(
    config: SemiSupervised, params: Tree, batch: Batch, draws: Draws
) -> tuple[jax.Array, jax.Array]:
    """Return style z [B, Z] and class probabilities y [B, K] of the noisy images."""
    z, logits = config.heads(params, batch.images + draws.noise)
    return z, jax.nn.softmax(logits)


def is_style(
    config: SemiSupervised, params: Tree, z: jax.Array, blur: jax.Array
) -> jax.Array:
    """Return the style discriminator's logits for codes z [B, Z]: [B, 1]."""
    shown = (z + blur) / config.prior.scale
    return apply(config, params, "style_discriminator", shown)


def is_content(
    config: SemiSupervised, params: Tree, y: jax.Array, blur: jax.Array
) -> jax.Array:
    """Return the content discriminator's logits for classes y [B, K]: [B, 1]."""
    return apply(config, params, "content_discriminator", y + blur)
