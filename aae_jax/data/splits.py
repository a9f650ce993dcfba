"""What a dataset is, and which of its images train, validate and test.

Every split is a function of nothing but the data: no seed, no random generator.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np

MIN_PER_CLASS = 10
"""Examples a class needs so that `stratify` gives some to every split."""


class Dataset(NamedTuple):
    """Pictures and what they show.

    Attributes:
      images: [N, H, W, C] uint8; C is 1 for gray pictures, 3 for color.
      labels: [N] int32 in 0..K-1; -1 where a label is not known.
    """

    images: np.ndarray
    labels: np.ndarray

    def labeled(self) -> "Dataset":
        """Return the examples whose label is known."""
        known = self.labels >= 0
        return self if known.all() else Dataset(self.images[known], self.labels[known])


@dataclass(frozen=True, eq=False)
class DatasetSplits:
    """A dataset in its three splits, and where it came from.

    Attributes:
      name: Short and fit for a directory name.
      spec: What `load_dataset` takes to give the same dataset again.
      source: Its origin, in words.
      train: What is trained on.
      validation: What settings are chosen on.
      test: What is looked at last.
      num_classes: K; 1 where no label is known.
      class_names: One name a class: [K].
    """

    name: str
    spec: str
    source: str
    train: Dataset
    validation: Dataset
    test: Dataset
    num_classes: int
    class_names: tuple[str, ...]

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width and channels (H, W, C) of every image."""
        _, height, width, channels = self.train.images.shape
        return height, width, channels

    def held_out(self, split: Literal["validation", "test"]) -> Dataset:
        """Return the split that is not trained on, by its name."""
        return self.test if split == "test" else self.validation

    @property
    def num_unlabeled(self) -> int:
        """Number of images, of all splits, whose label is not known."""
        parts = (self.train, self.validation, self.test)
        return sum(int(np.count_nonzero(part.labels < 0)) for part in parts)

    def labeled(self) -> "DatasetSplits":
        """Return the splits of the images whose label is known."""
        return replace(
            self,
            train=self.train.labeled(),
            validation=self.validation.labeled(),
            test=self.test.labeled(),
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the training images and labels: shapes and bytes."""
        return digest(*self.train)


def digest(*arrays: np.ndarray) -> str:
    """Return the SHA-256 of the arrays' types, shapes and bytes, in their order."""
    sha = hashlib.sha256()
    for array in arrays:
        sha.update(f"{array.dtype.str}{array.shape}".encode())
        sha.update(np.ascontiguousarray(array).data)
    return sha.hexdigest()


def pixels(images: Any) -> Any:
    """Return uint8 images, of NumPy or JAX, as float32 in [0, 1]."""
    return images.astype(np.float32) / 255


def hold_out_first(train: Dataset, count: int) -> tuple[Dataset, Dataset]:
    """Split off the first `count` examples; returns (the rest, the first)."""
    rest = Dataset(train.images[count:], train.labels[count:])
    return rest, Dataset(train.images[:count], train.labels[:count])


def stratify(dataset: Dataset) -> tuple[Dataset, Dataset, Dataset]:
    """Split 80/10/10 with the same mixture of classes in each part.

    The examples are lined up class by class, within a class in the order of the
    dataset. Counting along that line, every tenth example from the first on is
    validation, every tenth from the sixth on is test, the others are train; each
    part is then in the order of the dataset. So each class gives its tenth to
    within one example, and what varies slowly along the dataset (such as who wrote
    a digit) is spread over all three. Equal images are treated like any others, and
    those whose label is not known like a class.

    Returns:
      (train, validation, test).
    """
    by_class = np.argsort(dataset.labels, kind="stable")
    position = np.empty_like(by_class)
    position[by_class] = np.arange(len(by_class))
    validation, test = position % 10 == 0, position % 10 == 5
    parts = (~validation & ~test, validation, test)
    train, validation, test = (
        Dataset(dataset.images[part], dataset.labels[part]) for part in parts
    )
    return train, validation, test
