"""What the metrics of one evaluation share: codes, painted images, their readings."""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import numpy as np

from aae_jax.data import Dataset, DatasetSplits, pixels
from aae_jax.evaluation.classifier import Classifier, Reading, read_images
from aae_jax.evaluation.metrics.content import (
    balanced_labels,
    content_accuracy,
    other_labels,
)
from aae_jax.evaluation.metrics.gaussians import sample_like
from aae_jax.evaluation.model import Model, classes_of, decode_all, encode_all

NUM_DRAWN = 10_000
"""Random styles that are painted, and real train images beside them."""

SEED = 0


@dataclass(frozen=True, eq=False)
class Painted:
    """Images [N, H, W, C], the contents that were asked for [N], and who reads them."""

    images: np.ndarray
    asked: np.ndarray
    judge: Classifier | None

    @cached_property
    def reading(self) -> Reading:
        """What the judge reads, of images that have one."""
        assert self.judge is not None
        return read_images(self.judge, self.images)

    @property
    def accuracy(self) -> float:
        """Share of the images that read as what was asked for."""
        return content_accuracy(self.reading.predictions, self.asked)


@dataclass(frozen=True, eq=False)
class Material:
    """What the metrics share, each part computed once, when it is first wanted.

    The model, the judge, the images they were fitted on, those on which is chosen
    what a measure leaves open, as the names of clusters, and the split that is
    measured. There is no judge where no label is known.
    """

    model: Model
    classifier: Classifier | None
    train: Dataset
    validation: Dataset
    held_out: Dataset
    num_classes: int

    @cached_property
    def train_z(self) -> np.ndarray:
        """Codes of the train split, divided by the model's scale: [N, Z]."""
        return encode_all(self.model, self.train.images) / self.model.scale

    @cached_property
    def z(self) -> np.ndarray:
        """Codes of the measured split: [N, Z]."""
        return encode_all(self.model, self.held_out.images)

    @cached_property
    def classes(self) -> np.ndarray | None:
        """The classes that the model reads of the measured split, if any: [N] int."""
        return classes_of(self.model, self.held_out.images, self.validation)

    @cached_property
    def real(self) -> Painted:
        """The images of the measured split, in [0, 1]."""
        images, labels = self.held_out
        return Painted(pixels(images), labels, self.classifier)

    @cached_property
    def reconstructions(self) -> Painted:
        """decode(E(x), y) of the measured split."""
        return self._paint(self.z, self.held_out.labels)

    @cached_property
    def samples(self) -> Painted:
        """decode(z, y) of 10,000 random styles z, as many of each class.

        Samples of the prior; of a model without one, samples of the Gaussian that its
        train codes have.
        """
        sample = self.model.sample or partial(sample_like, self.train_z)
        z = self.model.scale * sample(np.random.default_rng(SEED), NUM_DRAWN)
        labels = balanced_labels(NUM_DRAWN, self.num_classes)
        return self._paint(z.astype(np.float32), labels)

    @cached_property
    def swaps(self) -> Painted:
        """decode(E(x), y') of the measured split, a random y' != y for each image."""
        rng = np.random.default_rng(SEED)
        labels = other_labels(self.held_out.labels, self.num_classes, rng)
        return self._paint(self.z, labels)

    def _paint(self, z: np.ndarray, labels: np.ndarray) -> Painted:
        return Painted(decode_all(self.model, z, labels), labels, self.classifier)


def material_of(
    model: Model,
    classifier: Classifier | None,
    splits: DatasetSplits,
    split: Literal["validation", "test"],
) -> Material:
    """Return what the metrics of a model on one split share."""
    held_out = splits.held_out(split)
    given = splits.train, splits.validation, held_out, splits.num_classes
    return Material(model, classifier, *given)
