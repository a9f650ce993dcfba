"""The base of every algorithm's configuration: one frozen value that decides a run."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, NamedTuple

import jax
from tyro.conf import Suppress

from aae_jax.core.abilities import HasPrior
from aae_jax.core.convolutions import Convolutional
from aae_jax.core.losses import reconstruction_loss
from aae_jax.core.networks import FullyConnected, Network, apply
from aae_jax.core.optimizers import Adam
from aae_jax.core.painting import pixel_logits
from aae_jax.core.parts import (
    Count,
    Number,
    Part,
    Scale,
    Seed,
    Shape,
    flag_of,
)
from aae_jax.core.phases import Phase, Tree
from aae_jax.core.pictures import Picture, standard_pictures
from aae_jax.data import Dataset, DatasetSplits, pixels
from aae_jax.errors import ConfigError

WeightInit = Literal["normal", "lecun_normal"]
Activation = Literal["relu", "leaky_relu"]
Schedule = Literal["constant", "cosine", "drops"]

DATA_FIELDS = ("image_shape", "num_classes", "num_train")
"""The fields that the data decides: filled in when a run starts, never flags."""

PAINTING_FIELDS = ("temperature",)
"""The fields that training knows nothing of: a trained run may take other values."""

LATER_FIELDS = ("network",)
"""The fields that saved configs of this format may lack: not written at their default.

So what was saved before there was such a field is still read, and equals what is
written today.
"""


class Batch(NamedTuple):
    """Images [B, H, W, C] float32 in [0, 1] and one-hot labels [B, K] float32."""

    images: jax.Array
    labels: jax.Array


@dataclass(frozen=True)
class Config(Part):
    """What the configurations of all algorithms share, and what they must say.

    Hashable, so a config is the one static argument of every compiled function. Where
    data, runs and checkpoints lie is no part of it. An algorithm is a subclass that
    adds its own fields and defines `networks`, `phases`, `draw` and a decoder
    (`decode`, or `decode_labels` where it is told the label).

    Raises:
      ConfigError: A value is of the wrong type or out of range, or cannot act beside
        the others; names the field.
    """

    is_whole: ClassVar[bool] = True

    needs_labels: ClassVar[Literal["all", "some", "none"]] = "all"
    """Of which images the algorithm must know the label to be trained."""

    image_shape: Suppress[Shape] = (28, 28, 1)
    """Height, width and channels [H, W, C] of an image; the data decides."""

    num_classes: Suppress[Count] = 10
    """Number K of classes, 1 where no label is known; the data decides."""

    num_train: Suppress[Count] = 55_000
    """Number N of training images; the data decides."""

    latent_dim: Count = 15
    """Length Z of the latent code z."""

    network: FullyConnected | Convolutional = FullyConnected()
    """What encoder and decoder are made of; discriminators are always MLPs."""

    hidden_dim: Count = 1000
    """Width of the hidden layers of each network."""

    weight_init: WeightInit = "normal"
    """Initial weights: N(0, 0.01^2), or LeCun-normal (variance 1 / fan-in)."""

    activation: Activation = "relu"
    """After the hidden layers: ReLU, or leaky with slope 0.1, which cannot die."""

    temperature: Scale = 1.0
    """Divides the logits of painted pixels, but not in training; below 1 sharpens."""

    schedule: Schedule = "constant"
    """Learning rates: constant, cosine-decayed to 0 at the planned last step, or drops
    to a tenth after 50 epochs and again after 1000."""

    warmup_epochs: Number = 0
    """Epochs in which the learning rates rise from 0, on top of the schedule."""

    batch_size: Count = 100
    """Number B of images in a batch."""

    epochs: Count = 1000
    """Number of passes over the training images."""

    seed: Seed = 0
    """Seed of initial weights, shuffling and noise."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.batch_size > self.num_train:
            raise ConfigError(
                f"batch_size is {self.batch_size} but there are only {self.num_train} "
                f"training images: choose --batch-size {self.num_train} or less"
            )
        self._check_prior()
        if self.schedule != "cosine" and (held := self._held()):
            flags = " ".join(f"{flag_of(name)} 0" for name in held)
            raise ConfigError(
                f"{' and '.join(held)} cannot act with the schedule {self.schedule}: "
                f"choose --schedule cosine, or {flags}"
            )

    def _check_prior(self) -> None:
        """Raise a ConfigError where codes cannot lie on the prior."""
        needed = self.prior.dimensions if isinstance(self, HasPrior) else None
        if needed not in (None, self.latent_dim):
            raise ConfigError(
                f"latent_dim must be {needed}, the dimensions of this prior, not "
                f"{self.latent_dim}: choose --latent-dim {needed}, or another --prior"
            )

    def _held(self) -> list[str]:
        """Return the names of the holds of learning rates that are not 0."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return [
            f"{name}.hold"
            for name, part in parts.items()
            if isinstance(part, Adam) and part.hold
        ]

    @property
    def steps_per_epoch(self) -> int:
        """Batches an epoch; the remainder of fewer than B images is left out."""
        return self.num_train // self.batch_size

    @property
    def num_steps(self) -> int:
        """Training steps of the whole run."""
        return self.epochs * self.steps_per_epoch

    @property
    def num_warmup_steps(self) -> int:
        """Steps in which the learning rates rise from 0."""
        return self.warmup_epochs * self.steps_per_epoch

    @property
    def depends_on_length(self) -> bool:
        """True if a step depends on how many there will be; else a run may go on."""
        return self.schedule == "cosine"

    @property
    def code_dim(self) -> int:
        """Length of a latent code: Z, or more where it is more than a style."""
        return self.latent_dim

    @property
    def scale(self) -> float:
        """Standard deviation that codes z are to have: that of the prior, or 1."""
        return self.prior.scale if isinstance(self, HasPrior) else 1.0

    def data_fields(self, splits: DatasetSplits) -> dict[str, Any]:
        """Return the fields that the data decides, by name."""
        return {
            "image_shape": splits.image_shape,
            "num_classes": splits.num_classes,
            "num_train": len(splits.train.labels),
        }

    def networks(self) -> dict[str, Network]:
        """Return the networks by name; the order is that of their initial keys."""
        raise NotImplementedError

    def phases(self) -> tuple[Phase, ...]:
        """Return the phases of a training step, in order."""
        raise NotImplementedError

    def draw(self, key: jax.Array, n: int) -> Any:
        """Draw the randomness of one step for n images; same key, same draws."""
        raise NotImplementedError

    def extra(self, splits: DatasetSplits) -> Any:
        """Return arrays of the host that every step may see, however data is fed."""
        return ()

    def batch(self, data: Dataset, indices: jax.Array, extra: Any) -> Any:
        """Return what a step is given: images `indices` [B], scaled and one-hot.

        The one-hot label is 0 everywhere where it is not known.
        """
        labels = jax.nn.one_hot(data.labels[indices], self.num_classes)
        return Batch(pixels(data.images[indices]), labels)

    def encode(self, params: Tree, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to codes z [B, Z] in units of the prior."""
        return apply(self, params, "encoder", images)

    def validate(
        self, params: Tree, images: jax.Array, labels: jax.Array
    ) -> dict[str, jax.Array]:
        """Describe validation images [N, H, W, C] uint8 with labels [N] for the log.

        Returns:
          `validation_error` []: squared error per pixel, images in [0, 1], at
          temperature 1 as in training. `code_mean`, `code_std` [Z]: of the codes; 0 and
          `scale` where the aggregated posterior matches a Gaussian prior.
        """
        real = pixels(images)
        z = self.encode(params, real)
        painted = jax.nn.sigmoid(pixel_logits(self, params, z, labels))
        return {
            "validation_error": reconstruction_loss(real, painted),
            "code_mean": z.mean(axis=0),
            "code_std": z.std(axis=0),
        }

    def pictures(
        self, params: Tree, images: jax.Array, labels: jax.Array, key: jax.Array
    ) -> dict[str, Picture]:
        """Return what figures show, the one to look at first; see `core.pictures`."""
        return standard_pictures(self, params, pixels(images), labels, key)
