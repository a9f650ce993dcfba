"""What algorithms share whose encoder learns from few labels which class is which.

Makhzani et al. 2015, section 5: after the game of both heads a phase updates the
encoder on labeled images. They alone have labels: no phase sees those of other images.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal, NamedTuple

import jax
import numpy as np

from aae_jax.algorithms.consistency import Consistency
from aae_jax.algorithms.two_heads import GameDraws, TwoHeads, normal
from aae_jax.core.losses import classification_loss, misread
from aae_jax.core.optimizers import Adam
from aae_jax.core.parts import Count, Seed
from aae_jax.core.phases import Phase, Tree
from aae_jax.core.pictures import Picture
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

    That of the game; which labeled images are seen [B]; the noise on them, and where
    the consistency looks for the worst noise [B, H, W, C].
    """

    game: GameDraws
    labeled: jax.Array
    labeled_noise: jax.Array
    directions: jax.Array


@dataclass(frozen=True)
class FewLabels(TwoHeads):
    """The fields and the phase of learning from few labels."""

    needs_labels: ClassVar[Literal["some"]] = "some"

    num_labels: Count = 100
    """Number L of training images whose labels are known, as many of each class.

    Where the data itself knows only some labels, they are all these.
    """

    label_seed: Seed = 0
    """Seed of which images these are."""

    consistency: Consistency = Consistency()
    """Of what is read of images near each other; not in the paper."""

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

    def phases(self) -> tuple[Phase, ...]:
        """Return the game of both heads, and the classification."""
        learn = self.phase("classification", ("encoder",), learn_labels)
        return (*super().phases(), learn)

    def draw(self, key: jax.Array, n: int) -> Draws:
        """Draw the randomness of one step for n images; same key, same draws."""
        game_key, labeled_key, *keys = jax.random.split(key, 4)
        noise, directions = (normal(own, n, *self.image_shape) for own in keys)
        return Draws(
            game=self.draw_game(game_key, n),
            labeled=jax.random.randint(labeled_key, (n,), 0, self.num_labels),
            labeled_noise=self.input_noise * noise,
            directions=directions,
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

    def classify(self, params: Tree, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to class logits [B, K]."""
        return self.heads(params, images)[1]

    def validate(
        self, params: Tree, images: jax.Array, labels: jax.Array
    ) -> dict[str, jax.Array]:
        """Describe validation images as all algorithms do, each as the class it reads.

        Besides, `classification_error` []: the share of known labels that are misread.
        """
        read = self.classify(params, pixels(images)).argmax(axis=-1)
        common = super().validate(params, images, read)
        return {"classification_error": misread(read, labels), **common}

    def pictures(
        self, params: Tree, images: jax.Array, labels: jax.Array, key: jax.Array
    ) -> dict[str, Picture]:
        """Return what figures show; each image is painted as the class it reads."""
        read = self.classify(params, pixels(images)).argmax(axis=-1)
        return super().pictures(params, images, read, key)


def learn_labels(
    config: FewLabels, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the cross-entropy of labeled images, plus the consistency if asked: []."""
    images = pixels(batch.labeled.images[draws.labeled]) + draws.labeled_noise
    labels = batch.labeled.labels[draws.labeled]
    classify = partial(config.classify, params)
    loss = classification_loss(classify(images), labels)
    if config.consistency.acts:
        consistency, progress = config.consistency, step / config.num_steps
        unlabeled = batch.images + draws.game.noise
        loss += consistency.of_labeled(classify, images, labels)
        loss += consistency.of_unlabeled(
            classify, unlabeled, draws.directions, progress
        )
    return loss
