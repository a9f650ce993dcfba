"""Sample from a trained run: `python sample.py --help`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import tyro

from aae_jax.cli import run_script
from aae_jax.compilation import keep_compiled
from aae_jax.config import Config
from aae_jax.errors import ConfigError
from aae_jax.origin import Origin
from aae_jax.runs import RUNS, SAMPLES, load_run, newest_run, read_origin

if TYPE_CHECKING:
    import jax

    from aae_jax.state import Params


MAX_STYLES, MAX_WRITTEN = 1000, 40


@dataclass(frozen=True)
class Arguments:
    """Draw from a trained run; without a choice below, its style grid.

    Pictures are written to RUN/samples, several choices one after the other. Those of
    the model --pretrained NAME are written to runs/pretrained-NAME/samples.
    """

    run_dir: Path | None = None
    """The run to sample from; without it the newest trained one under runs/."""

    pretrained: str | None = None
    """Sample from a trained model that comes with the package, as in digits."""

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
        if self.pretrained is not None and self.run_dir is not None:
            raise ConfigError(
                "--pretrained and --run-dir each say what to sample from: give only one"
            )
        if not 1 <= self.num_styles <= MAX_STYLES:
            raise ConfigError(
                f"--num-styles must be 1 to {MAX_STYLES}, not {self.num_styles}"
            )
        if not 0 <= self.seed < 2**32:
            raise ConfigError(f"--seed must be 0 to {2**32 - 1}, not {self.seed}")


class Trained(NamedTuple):
    """A trained run, as sampling needs it; its pictures go to `path`."""

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
    keep_compiled()
    run = load_trained(arguments)
    asked = [draw for name, draw in CHOICES if getattr(arguments, name) not in UNASKED]
    samples = [draw(run, arguments) for draw in asked or [draw_style_grid]]
    for sample in samples:
        write_sample(run, sample, arguments.npz)
    return 0


def load_trained(arguments: Arguments) -> Trained:
    """Load the model or run that was asked for, or else the newest run."""
    if arguments.pretrained is not None:
        from aae_jax.pretrained import pretrained_model

        path = RUNS / f"pretrained-{arguments.pretrained}"
        return Trained(path, *pretrained_model(arguments.pretrained))
    path = (arguments.run_dir or newest_run()).expanduser()
    return Trained(path, *load_run(path), read_origin(path))


def draw_style_grid(run: Trained, arguments: Arguments) -> Sample:
    """Every content in random styles."""
    labels = np.arange(run.config.num_classes)
    z = draw_styles(run, arguments.seed, arguments.num_styles)
    return paint_sample(run, f"style_grid-{drawn(arguments)}", z, labels)


def draw_digits(run: Trained, arguments: Arguments) -> Sample:
    """The chosen contents in random styles."""
    labels = parse_labels("--digits", (arguments.digits or "").split(","), run.config)
    z = draw_styles(run, arguments.seed, arguments.num_styles)
    name = f"digits-{'-'.join(map(str, labels))}-{drawn(arguments)}"
    return paint_sample(run, name, z, labels)


def draw_number(run: Trained, arguments: Arguments) -> Sample:
    """A number, each line in one hand."""
    labels = parse_labels("--write", list(arguments.write or ""), run.config)
    z = draw_styles(run, arguments.seed, arguments.num_styles)
    name = f"write-{arguments.write}-{drawn(arguments)}"
    return paint_sample(run, name, z, labels)


def draw_interpolation(run: Trained, arguments: Arguments) -> Sample:
    """Every content on the way from one random style to another."""
    from aae_jax.sampling import interpolate

    start, end = draw_styles(run, arguments.seed, 2)
    z = interpolate(start, end, arguments.num_styles)
    labels = np.arange(run.config.num_classes)
    return paint_sample(run, f"interpolation-{drawn(arguments)}", z, labels)


def draw_restyled(run: Trained, arguments: Arguments) -> Sample:
    """Every content in the style of the user's picture, which comes first."""
    from aae_jax.imaging import prepare_picture, read_picture
    from aae_jax.sampling import encode

    assert arguments.image is not None
    picture = read_picture(arguments.image)
    prepared = prepare_picture(picture, run.origin.framing, run.config.image_shape)
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


def drawn(arguments: Arguments) -> str:
    """Return the part of a name that tells these random styles from others."""
    return f"{arguments.num_styles}-seed{arguments.seed}"


def draw_styles(run: Trained, seed: int, num_styles: int) -> "jax.Array":
    """Draw styles [S, Z] from the prior."""
    import jax

    from aae_jax.priors import sample_prior

    return sample_prior(run.config, jax.random.key(seed), num_styles)


def paint_sample(run: Trained, name: str, z: "jax.Array", labels: np.ndarray) -> Sample:
    """Paint every content in every style."""
    import jax

    from aae_jax.sampling import paint

    images = jax.jit(paint, static_argnames="config")(run.config, run.params, z, labels)
    return Sample(name, np.asarray(images), np.asarray(z), labels)


def parse_labels(flag: str, parts: Sequence[str], config: Config) -> np.ndarray:
    """Read contents, each as a number of its own: integer labels [L].

    Raises:
      ConfigError: Not contents that the run was trained on, or too many.
    """
    known = [str(label) for label in range(config.num_classes)]
    labels = [part.strip() for part in parts]
    if not labels or not set(labels) <= set(known) or len(labels) > MAX_WRITTEN:
        example = "3,7" if flag == "--digits" else "20260"
        raise ConfigError(
            f"{flag} takes at most {MAX_WRITTEN} contents, 0 to "
            f"{config.num_classes - 1}, as in {example}, not {','.join(parts)[:80]!r}"
        )
    return np.array([int(label) for label in labels], np.int32)


def name_of(origin: Origin, label: int) -> str:
    """Return what a content is called; its number where the run does not say."""
    named = label < len(origin.class_names)
    return origin.class_names[label] if named else str(label)


def write_sample(run: Trained, sample: Sample, with_arrays: bool) -> None:
    """Write a sample as a picture, and as arrays where asked; says what it wrote."""
    from aae_jax.plotting import image_grid, save_figure

    names = [name_of(run.origin, label) for label in sample.labels]
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
