"""Read the classes of images with a trained run: `aae-classify --help`."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import jax
import numpy as np
import tyro

from aae_jax.algorithms.sampling import classify
from aae_jax.commands.console import run_command
from aae_jax.commands.paths import UserPath
from aae_jax.core.abilities import Classifies
from aae_jax.core.config import Config
from aae_jax.data.npz import load_images
from aae_jax.engine.devices import check_devices
from aae_jax.engine.settings import set_up_jax
from aae_jax.errors import DataError, RunError
from aae_jax.runs.folder import SAMPLES, outputs_of, read_origin
from aae_jax.storage.files import replace_text


@dataclass(frozen=True)
class Arguments:
    """Read the class of every image of an .npz file, and write RUN/samples/NAME.csv.

    A line is the number of an image, its class, the name of that, and its probability.
    """

    run: Annotated[UserPath, tyro.conf.Positional]
    """A run that reads classes, as semi_supervised does."""

    images: Annotated[UserPath, tyro.conf.Positional]
    """An .npz with `images`, uint8 of the shape that the run was trained on."""


def main(argv: Sequence[str]) -> int:
    """Read the classes and say where they were written; returns the status."""
    arguments = tyro.cli(Arguments, args=argv)
    set_up_jax()
    check_devices()
    from aae_jax.runs.loading import load_run

    run = arguments.run
    config, params = load_run(run)
    if not isinstance(config, Classifies):
        raise RunError(
            f"{run} reads no classes, because {config.kind} has no head for them: name "
            "a run of --recipe semi_supervised"
        )
    images = load_images(arguments.images)
    if images.shape[1:] != config.image_shape:
        raise DataError(
            f"{arguments.images} holds images of shape {images.shape[1:]}, but {run} "
            f"was trained on {config.image_shape}: bring them to that shape"
        )
    probabilities = probabilities_of(config, params, images)
    path = outputs_of(run) / SAMPLES / f"classes-{arguments.images.stem}.csv"
    replace_text(path, as_csv(probabilities, read_origin(run).class_names))
    print(path)
    return 0


def probabilities_of(config: Config, params: Any, images: np.ndarray) -> np.ndarray:
    """Return the probability of every class [N, K] for images [N, H, W, C] uint8."""
    from aae_jax.evaluation.batches import in_batches
    from aae_jax.evaluation.classifier import scaled

    read = jax.jit(partial(classify, config, params))
    return in_batches(lambda batch: jax.nn.softmax(read(scaled(batch))), images)


def as_csv(probabilities: np.ndarray, names: Sequence[str]) -> str:
    """Return a table of the likeliest class of each image, given [N, K]."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["image", "class", "name", "probability"])
    best = probabilities.argmax(axis=1)
    for index, label in enumerate(best):
        probability = f"{probabilities[index, label]:.6f}"
        table.writerow([index, label, names[label], probability])
    return text.getvalue()


def console() -> None:
    """Run this command on the command line."""
    run_command(main)


if __name__ == "__main__":
    console()
