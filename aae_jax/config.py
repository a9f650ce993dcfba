"""The configuration of a run: one frozen, hashable value that decides everything."""

import dataclasses
import difflib
import json
import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from tyro.conf import Suppress

from aae_jax.errors import ConfigError

WeightInit = Literal["normal", "lecun_normal"]
Activation = Literal["relu", "leaky_relu"]
Schedule = Literal["constant", "cosine"]


@dataclass(frozen=True)
class Config:
    """Hyper-parameters; the defaults are the tutorial's recipe.

    Validated on construction and hashable, so it is the one static argument of every
    compiled function. Where data, runs and checkpoints lie is no part of it.

    Raises:
      ConfigError: A value is of the wrong type or out of range; names the field.
    """

    image_shape: Suppress[tuple[int, int]] = (28, 28)
    """Height and width [H, W] of an image; the data decides."""

    num_classes: Suppress[int] = 10
    """Number K of classes; the data decides."""

    num_train: Suppress[int] = 55_000
    """Number N of training images; the data decides."""

    latent_dim: int = 15
    """Length Z of the latent code z."""

    hidden_dim: int = 1000
    """Width of the two hidden layers of each network."""

    weight_init: WeightInit = "normal"
    """Initial weights: N(0, 0.01^2), or LeCun-normal (variance 1 / fan-in)."""

    activation: Activation = "relu"
    """After the hidden layers: ReLU, or leaky with slope 0.1, which cannot die."""

    prior_std: float = 5.0
    """Standard deviation sigma of the Gaussian prior; z is in these units."""

    decoder_standardizes: bool = False
    """Show the decoder z / sigma instead of z."""

    decoder_sees_label: bool = True
    """Show the decoder the one-hot label beside z; off, z must hold the content too."""

    temperature: float = 1.0
    """Divides the logits of painted pixels, but not in training; below 1 sharpens."""

    adversary: bool = True
    """Run the regularization phase; off, a (conditional) autoencoder remains."""

    discriminator_standardizes: bool = False
    """Show the discriminator z / sigma instead of z."""

    discriminator_sees_label: bool = False
    """Show the discriminator the one-hot label beside z."""

    discriminator_projects: bool = False
    """Give the discriminator one logit a class, of which the label picks its own."""

    discriminator_noise: float = 0.0
    """Std, in sigmas, of noise on the codes that the discriminator sees; 0 is none."""

    latent_noise: float = 0.0
    """Std, in sigmas, of the Gaussian noise on codes while training; 0 is none."""

    agreement_weight: float = 0.0
    """Weight of the style agreement at first; it fades in a quarter of the run."""

    reconstruction_lr: float = 1e-3
    """Adam's learning rate in the reconstruction phase."""

    discriminator_lr: float = 1e-3
    """Adam's learning rate in the regularization phase's discriminator update."""

    generator_lr: float = 1e-3
    """Adam's learning rate in the regularization phase's encoder update."""

    reconstruction_beta1: float = 0.9
    """Adam's beta1 in the reconstruction phase."""

    adversarial_beta1: float = 0.9
    """Adam's beta1 in both updates of the regularization phase."""

    schedule: Schedule = "constant"
    """Learning rates: constant, or cosine-decayed to 0 at the planned last step."""

    adversarial_hold: float = 0.0
    """Fraction of the run in which the adversarial rates hold before a cosine."""

    warmup_epochs: int = 0
    """Epochs in which the learning rates rise from 0, on top of the schedule."""

    batch_size: int = 100
    """Number B of images in a batch."""

    epochs: int = 1000
    """Number of passes over the training images."""

    seed: int = 0
    """Seed of initial weights, shuffling and noise."""

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = _coerced(field.name, getattr(self, field.name))
            object.__setattr__(self, field.name, value)
        if self.batch_size > self.num_train:
            raise ConfigError(
                f"batch_size is {self.batch_size} but there are only {self.num_train} "
                f"training images: choose --batch-size {self.num_train} or less"
            )

    @property
    def steps_per_epoch(self) -> int:
        """Batches an epoch; the remainder of fewer than B images is left out."""
        return self.num_train // self.batch_size

    @property
    def num_steps(self) -> int:
        """Training steps of the whole run."""
        return self.epochs * self.steps_per_epoch

    @property
    def has_agreement(self) -> bool:
        """Whether there is a style agreement: a blind decoder has none to come to."""
        return self.agreement_weight > 0 and self.decoder_sees_label

    @property
    def follows_plan(self) -> bool:
        """Whether a step depends on how many there will be; else a run may go on."""
        return self.schedule != "constant" or self.has_agreement

    def to_json(self) -> str:
        """Return the config as a JSON object, one field a line."""
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Config":
        """Read what `to_json` wrote.

        A field that an older version did not know takes its default, which is what that
        version did.

        Raises:
          ConfigError: Not a JSON object of known fields with possible values.
        """
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise ConfigError(f"the saved config is not JSON: {error}") from error
        if not isinstance(values, dict):
            raise ConfigError("the saved config must be a JSON object of fields")
        known = [field.name for field in dataclasses.fields(cls)]
        for name in sorted(set(values) - set(known)):
            hint = difflib.get_close_matches(name, known, n=1)
            meant = f" (did you mean {hint[0]!r}?)" if hint else ""
            raise ConfigError(
                f"the saved config has the field {name!r}, which this version of "
                f"aae_jax does not know{meant}: use the version that wrote it"
            )
        return cls(**values)


PAINTING_FIELDS = ("temperature",)
"""The fields that training knows nothing of: a finished run may have others."""

DATA_FIELDS = ("image_shape", "num_classes", "num_train")
"""The fields that the data decides: filled in when a run starts, never flags."""

_CHOICES = {
    "weight_init": get_args(WeightInit),
    "activation": get_args(Activation),
    "schedule": get_args(Schedule),
}
_AT_LEAST = {"num_classes": 2, "warmup_epochs": 0, "epochs": 1, "seed": 0}
_FRACTIONS = ("reconstruction_beta1", "adversarial_beta1", "adversarial_hold")
_SCALES = ("prior_std", "temperature")
MAX_SEED = 2**32 - 1


def _coerced(name: str, value: Any) -> Any:
    """Return `value` in the field's own type, or raise a ConfigError."""
    if name in _CHOICES:
        choices = " or ".join(_CHOICES[name])
        return _checked(name, value, value in _CHOICES[name], choices)
    if name == "image_shape":
        return _image_shape(value)
    default = Config.__dataclass_fields__[name].default
    if isinstance(default, bool):
        return _checked(name, value, isinstance(value, bool), "true or false")
    return _integer(name, value) if isinstance(default, int) else _real(name, value)


def _checked(name: str, value: Any, holds: bool, expected: str) -> Any:
    if not holds:
        raise ConfigError(f"{name} must be {expected}, not {value!r}")
    return value


def _image_shape(value: Any) -> tuple[int, int]:
    is_pair = isinstance(value, tuple | list) and len(value) == 2
    holds = is_pair and all(type(side) is int and side >= 1 for side in value)
    height, width = _checked("image_shape", value, holds, "two positive integers H, W")
    return height, width


def _integer(name: str, value: Any) -> int:
    least = _AT_LEAST.get(name, 1)
    most = MAX_SEED if name == "seed" else math.inf
    holds = type(value) is int and least <= value <= most
    upper = f" and at most {most}" if name == "seed" else ""
    return _checked(name, value, holds, f"an integer, at least {least}{upper}")


def _real(name: str, value: Any) -> float:
    is_number = type(value) in (int, float) and math.isfinite(value)
    if name in _FRACTIONS:
        holds, expected = is_number and 0 <= value < 1, "at least 0 and less than 1"
    elif name in _SCALES:
        holds, expected = is_number and 1e-6 <= value <= 1e6, "a number, 1e-6 to 1e6"
    else:
        holds, expected = is_number and value >= 0, "a finite number, at least 0"
    return float(_checked(name, value, holds, expected))
