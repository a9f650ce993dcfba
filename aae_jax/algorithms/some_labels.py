"""What algorithms share that learn from the labels of some training images alone.

These images stay on the devices, whatever else is streamed, and they alone have labels:
no phase sees those of other images.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

import jax
import numpy as np

from aae_jax.core.config import Config
from aae_jax.core.parts import Count, Seed
from aae_jax.data import Dataset, DatasetSplits, pixels
from aae_jax.data.labels import balanced_indices
from aae_jax.errors import ConfigError


class Batch(NamedTuple):
    """Images [B, H, W, C] in [0, 1] without labels, and all labeled ones as they are.

    The labeled ones are [L, H, W, C] uint8 with labels [L] int.
    """

    images: jax.Array
    labeled: Dataset


@dataclass(frozen=True)
class SomeLabels(Config):
    """Which training images have a label, and how a step is given them."""

    needs_labels: ClassVar[Literal["all", "some", "none"]] = "some"

    num_labels: Count = 100
    """Number L of training images whose labels are known, as many of each class.

    Where the data itself knows only some labels, they are all these.
    """

    label_seed: Seed = 0
    """Seed of which images these are."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.num_classes <= self.num_labels <= self.num_train:
            raise ConfigError(
                f"num_labels must be at least {self.num_classes}, one a class, and at "
                f"most {self.num_train}, the training images, not {self.num_labels}"
            )

    def data_fields(self, splits: DatasetSplits) -> dict[str, Any]:
        """Return the fields that the data decides: L too, where some are unknown."""
        decided = super().data_fields(splits)
        num_known = int(np.count_nonzero(splits.train.labels >= 0))
        if num_known < decided["num_train"]:
            decided["num_labels"] = num_known
        return decided

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
