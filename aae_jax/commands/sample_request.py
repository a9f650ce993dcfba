"""What a person asks of `sample`."""

from dataclasses import dataclass

from aae_jax.commands.paths import UserPath
from aae_jax.errors import ConfigError

MAX_STYLES = 1000


@dataclass(frozen=True)
class SampleRequest:
    """Draw from a trained run; without a choice below, its style grid.

    Pictures are written to RUN/samples, several choices one after the other. Those of
    the model --pretrained NAME are written to runs/pretrained-NAME/samples; a page goes
    where it is told to.
    """

    run_dir: UserPath | None = None
    """The run to sample from; without it the newest trained one under runs/."""

    pretrained: str | None = None
    """Sample from a trained model that comes with the package, as in mnist."""

    seed: int = 0
    """Seed of the styles: the same seed, the same styles."""

    num_styles: int = 10
    """Number of styles to draw, one a row; of an interpolation, its steps."""

    digits: str | None = None
    """Draw only these contents in many styles, as in 3,7 or cat,dog."""

    write: str | None = None
    """Write these contents in one hand a line, as in 20260 or 12,3 or cat,dog."""

    interpolate: bool = False
    """Go from one style to another, all contents along."""

    image: UserPath | None = None
    """Take the style of this picture of one character and draw all contents in it."""

    page: UserPath | None = None
    """Write a page to play with in a browser, as in styles.html: one file that has the
    networks in it and needs nothing else."""

    show_preparation: bool = False
    """Draw how the picture was prepared, beside it: as read, its ink, as an image."""

    animate: bool = False
    """Write the way of --interpolate as an animation, too: there and back."""

    npz: bool = False
    """Write the arrays beside each picture: images, codes z and labels."""

    def __post_init__(self) -> None:
        if self.pretrained is not None and self.run_dir is not None:
            raise ConfigError(
                "--pretrained and --run-dir each say what to sample from: give only one"
            )
        if self.show_preparation and self.image is None:
            raise ConfigError(
                "--show-preparation shows how a picture is prepared: name one by "
                "--image"
            )
        if self.animate and not self.interpolate:
            raise ConfigError(
                "--animate shows the way from one style to another: ask for it by "
                "--interpolate"
            )
        if not 1 <= self.num_styles <= MAX_STYLES:
            raise ConfigError(
                f"--num-styles must be 1 to {MAX_STYLES}, not {self.num_styles}"
            )
        if not 0 <= self.seed < 2**32:
            raise ConfigError(f"--seed must be 0 to {2**32 - 1}, not {self.seed}")
