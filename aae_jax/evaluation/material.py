"""What the metrics of one evaluation share: codes, painted images, their readings."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from aae_jax.data import Dataset
from aae_jax.data.splits import pixels
from aae_jax.evaluation.autoencoder import Autoencoder, decode_all, encode_all
from aae_jax.evaluation.classifier import Classifier, Reading, read_images
from aae_jax.evaluation.content import (
    balanced_labels,
    content_accuracy,
    other_labels,
)

NUM_DRAWN = 10_000
"""Prior samples, and real train images beside them."""

SEED = 0


@dataclass(frozen=True, eq=False)
class Painted:
    """Images [N, H, W], the contents that were asked for [N], and how they read."""

    images: np.ndarray
    asked: np.ndarray
    reading: Reading

    @property
    def accuracy(self) -> float:
        """Share of the images that read as what was asked for."""
        return content_accuracy(self.reading.predictions, self.asked)


@dataclass(frozen=True, eq=False)
class Material:
    """What the metrics share, each part computed once, when it is first wanted.

    The model, the judge, the images they were fitted on, and the split that is
    measured.
    """

    model: Autoencoder
    classifier: Classifier
    train: Dataset
    held_out: Dataset
    num_classes: int

    @cached_property
    def train_z(self) -> np.ndarray:
        """Codes of the train split, in sigmas."""
        return encode_all(self.model, self.train.images) / self.model.prior_std

    @cached_property
    def z(self) -> np.ndarray:
        """Codes of the measured split, in prior units."""
        return encode_all(self.model, self.held_out.images)

    @cached_property
    def real(self) -> Painted:
        """The images of the measured split, in [0, 1]."""
        return self._read(pixels(self.held_out.images), self.held_out.labels)

    @cached_property
    def reconstructions(self) -> Painted:
        """decode(E(x), y) of the measured split."""
        return self._paint(self.z, self.held_out.labels)

    @cached_property
    def samples(self) -> Painted:
        """decode(z, y) of 10,000 z from the prior, as many of each class."""
        z = _draw(self.model, np.random.default_rng(SEED), NUM_DRAWN)
        return self._paint(z, balanced_labels(NUM_DRAWN, self.num_classes))

    @cached_property
    def swaps(self) -> Painted:
        """decode(E(x), y') of the measured split, a random y' != y for each image."""
        rng = np.random.default_rng(SEED)
        labels = other_labels(self.held_out.labels, self.num_classes, rng)
        return self._paint(self.z, labels)

    def _paint(self, z: np.ndarray, labels: np.ndarray) -> Painted:
        return self._read(decode_all(self.model, z, labels), labels)

    def _read(self, images: np.ndarray, labels: np.ndarray) -> Painted:
        return Painted(images, labels, read_images(self.classifier, images))


def _draw(model: Autoencoder, rng: np.random.Generator, n: int) -> np.ndarray:
    z = model.prior_std * rng.standard_normal((n, model.latent_dim))
    return z.astype(np.float32)
