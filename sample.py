"""Sample from a trained run: `python sample.py --help`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import tyro

from aae_jax.cli import run_script
from aae_jax.config import Config
from aae_jax.errors import ConfigError
from aae_jax.runs import SAMPLES, Origin, load_run, newest_run, read_origin

if TYPE_CHECKING:
    import jax

    from aae_jax.state import Params


@dataclass(frozen=True)
class Arguments:
    """Draw from a trained run; without a choice below, its style grid.

    Pictures are written to RUN/samples, several choices one after the other.
    """

    run_dir: Path | None = None
    """The run to sample from; without it the newest trained one under runs/."""

    seed: int = 0
    """Seed of the styles: the same seed, the same styles."""

    num_styles: int = 10
    """Number of styles to draw, one a row; of an interpolation, its steps."""

    digits: str | None = None
    """Draw only these contents in many styles, as in 3,7."""

    write: str | None = None
    """Write this number in one hand a line, as in 20260."""

    interpolate: bool = False
    """Go from one style to another, all contents along."""

    image: Path | None = None
    """Take the style of this picture of one character and draw all contents in it."""

    npz: bool = False
    """Write the arrays beside each picture: images, codes z and labels."""

    def __post_init__(self) -> None:
        if self.num_styles < 1:
            raise ConfigError(f"--num-styles must be at least 1, not {self.num_styles}")
        if not 0 <= self.seed < 2**32:
            raise ConfigError(f"--seed must be 0 to {2**32 - 1}, not {self.seed}")


class Run(NamedTuple):
    """A trained run, as sampling needs it."""

    path: Path
    config: Config
    params: "Params"
    origin: Origin


class Sample(NamedTuple):
    """Images [S, L, H, W] of every content `labels` [L] in every style `z` [S, Z].

    `prepared` [H, W] is the picture whose style this is, where there was one.
    """

    name: str
    images: np.ndarray
    z: np.ndarray
    labels: np.ndarray
    prepared: np.ndarray | None = None


def main(argv: Sequence[str]) -> int:
    """Draw what was asked for and say where it was written; returns the status."""
    arguments = tyro.cli(Arguments, args=argv)
    path = arguments.run_dir or newest_run()
    run = Run(path, *load_run(path), read_origin(path))
    asked = [draw for name, draw in CHOICES if getattr(arguments, name) not in UNASKED]
    samples = [draw(run, arguments) for draw in asked or [draw_style_grid]]
    for sample in samples:
        write_sample(run, sample, arguments.npz)
    return 0


def draw_style_grid(run: Run, arguments: Arguments) -> Sample:
    """Every content in random styles."""
    labels = np.arange(run.config.num_classes)
    z = draw_styles(run, arguments)
    return paint_sample(run, f"style_grid-seed{arguments.seed}", z, labels)


def draw_digits(run: Run, arguments: Arguments) -> Sample:
    """The chosen contents in random styles."""
    labels = parse_labels("--digits", arguments.digits or "", run.config)
    name = f"digits-{'-'.join(map(str, labels))}-seed{arguments.seed}"
    return paint_sample(run, name, draw_styles(run, arguments), labels)


def draw_number(run: Run, arguments: Arguments) -> Sample:
    """A number, each line in one hand."""
    labels = parse_labels("--write", arguments.write or "", run.config)
    number = "".join(map(str, labels))
    name = f"write-{number}-seed{arguments.seed}"
    return paint_sample(run, name, draw_styles(run, arguments), labels)


def draw_interpolation(run: Run, arguments: Arguments) -> Sample:
    """Every content on the way from one random style to another."""
    from aae_jax.sampling import interpolate

    start, end = draw_styles(run, replace(arguments, num_styles=2))
    z = interpolate(start, end, arguments.num_styles)
    labels = np.arange(run.config.num_classes)
    return paint_sample(run, f"interpolation-seed{arguments.seed}", z, labels)


def draw_restyled(run: Run, arguments: Arguments) -> Sample:
    """Every content in the style of the user's picture, which comes first."""
    from aae_jax.imaging import Framing, prepare_picture, read_picture
    from aae_jax.sampling import encode

    assert arguments.image is not None
    framing = Framing(**run.origin.framing)
    picture = read_picture(arguments.image)
    prepared = prepare_picture(picture, framing, run.config.image_shape)
    z = encode(run.config, run.params, prepared[None])
    labels = np.arange(run.config.num_classes)
    sample = paint_sample(run, f"restyle-{arguments.image.stem}", z, labels)
    return sample._replace(prepared=prepared)


CHOICES = (
    ("digits", draw_digits),
    ("write", draw_number),
    ("interpolate", draw_interpolation),
    ("image", draw_restyled),
)
UNASKED = (None, False)


def draw_styles(run: Run, arguments: Arguments) -> "jax.Array":
    """Draw as many styles [S, Z] from the prior as were asked for."""
    import jax

    from aae_jax.priors import sample_prior

    key = jax.random.key(arguments.seed)
    return sample_prior(run.config, key, arguments.num_styles)


def paint_sample(run: Run, name: str, z: "jax.Array", labels: np.ndarray) -> Sample:
    """Paint every content in every style."""
    from aae_jax.sampling import paint

    images = paint(run.config, run.params, z, labels)
    return Sample(name, np.asarray(images), np.asarray(z), labels)


def parse_labels(flag: str, text: str, config: Config) -> np.ndarray:
    """Read contents as in 3,7 or 20260: integer labels [L].

    Raises:
      ConfigError: Not a row of contents that the run was trained on.
    """
    parts = text.split(",") if "," in text else list(text)
    known = [str(label) for label in range(config.num_classes)]
    labels = [part.strip() for part in parts]
    if not labels or not set(labels) <= set(known):
        raise ConfigError(
            f"{flag} takes contents 0 to {config.num_classes - 1}, as in 3,7 or 20260, "
            f"not {text!r}"
        )
    return np.array([int(label) for label in labels], np.int32)


def write_sample(run: Run, sample: Sample, with_arrays: bool) -> None:
    """Write a sample as a picture, and as arrays where asked; says what it wrote."""
    from aae_jax.plotting import image_grid, save_figure

    names = [run.origin.class_names[label] for label in sample.labels]
    images = sample.images
    if sample.prepared is not None:
        images = np.concatenate([sample.prepared[None, None], images], axis=1)
        names = ["picture", *names]
    path = run.path / SAMPLES / f"{sample.name}.png"
    print(save_figure(image_grid(images, columns=names), path))
    if with_arrays:
        arrays = path.with_suffix(".npz")
        np.savez_compressed(
            arrays, images=sample.images, z=sample.z, labels=sample.labels
        )
        print(arrays)


if __name__ == "__main__":
    run_script(main)
