"""Measure trained runs: `aae-evaluate --help`."""

import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import tyro

from aae_jax.algorithms.catalog import differences, to_dict
from aae_jax.algorithms.recipes import RECIPES, recipe_for
from aae_jax.commands.console import MISTAKE, run_command
from aae_jax.commands.paths import UserPath
from aae_jax.core.config import DATA_FIELDS, Config
from aae_jax.data import DatasetSplits, digest, load_dataset, pixels
from aae_jax.engine.devices import check_devices
from aae_jax.engine.settings import set_up_jax
from aae_jax.errors import AAEError, ConfigError
from aae_jax.runs.data import load_again
from aae_jax.runs.folder import FIGURES, outputs_of, read_origin, runs_of_sweep
from aae_jax.runs.journal import evaluation_name, write_evaluation
from aae_jax.runs.origin import Origin

if TYPE_CHECKING:
    from aae_jax.evaluation.classifier import Classifier
    from aae_jax.evaluation.model import Model

NUM_RESTYLED = 6


@dataclass(frozen=True)
class Arguments:
    """Measure how well runs separate style from content, beside floors and ceilings.

    Writes evaluation.json and figures/evaluation.png into each run, and prints one
    table. The classifier that judges is fitted once a dataset and then kept.
    """

    runs: Annotated[tuple[UserPath, ...], tyro.conf.Positional]
    """The runs to measure, or the folder that holds those of several seeds."""

    split: Literal["validation", "test"] = "test"
    """The images to measure on; for validation the names end in -validation."""

    dataset: str | None = None
    """Where the data of the runs lies now, as in PATH.npz; without it where it was."""

    data_dir: UserPath | None = None
    """Where prepared copies of datasets lie; without it where each run found its."""

    def __post_init__(self) -> None:
        if not self.runs:
            raise ConfigError("name at least one run, as in runs/NAME")


class Judged(NamedTuple):
    """The images of a dataset whose label is known, and their judge.

    Where none is known: all images, and no judge.
    """

    splits: DatasetSplits
    classifier: "Classifier | None"


def main(argv: Sequence[str]) -> int:
    """Measure each run and print the table; a broken run does not stop the others."""
    arguments = tyro.cli(Arguments, args=argv)
    set_up_jax()
    check_devices()
    named = [runs_of_sweep(path) or [path] for path in arguments.runs]
    paths = dict.fromkeys(itertools.chain.from_iterable(named))
    evaluations, num_written = [], 0
    for path in paths:
        try:
            evaluated = evaluate_run(path, arguments)
            evaluations.append(evaluated.evaluation)
            folder = outputs_of(path)
            print(write_evaluation(folder, evaluated.evaluation))
            print(write_figure(folder, *evaluated))
            num_written += 1
        except (AAEError, OSError) as error:
            print(f"error: {error}", file=sys.stderr)
    if evaluations:
        from aae_jax.evaluation.table import evaluation_table

        print(f"\n{evaluation_table(evaluations)}")
    return 0 if num_written == len(paths) else MISTAKE


class Evaluated(NamedTuple):
    """What was found of a run, and what it was found of."""

    evaluation: dict[str, Any]
    model: "Model"
    splits: DatasetSplits


def evaluate_run(path: Path, arguments: Arguments) -> Evaluated:
    """Measure one run.

    Raises:
      RunError: The run is broken, or its data has changed.
      DataError: Its data is not to be had.
    """
    from aae_jax.evaluation.measures import evaluate_model
    from aae_jax.evaluation.model import model_of
    from aae_jax.runs.loading import load_newest

    epoch, config, params = load_newest(path)
    origin = read_origin(path)
    splits, classifier = judged_data(path, origin, arguments)
    held_out = splits.held_out(arguments.split)
    print(
        f"measuring {path} on the {arguments.split} split of {splits.name}, "
        f"{len(held_out.labels):,} images"
    )
    model = model_of(config, params)
    evaluation = {
        **described(path, config, origin),
        "epoch": epoch,
        "split": arguments.split,
        "split_fingerprint": digest(*held_out),
        **evaluate_model(model, splits, arguments.split, classifier),
    }
    return Evaluated(evaluation, model, splits)


def judged_data(path: Path, origin: Origin, arguments: Arguments) -> Judged:
    """Load the data of a run and its judge.

    Raises:
      DataError: It is not to be had.
      RunError: It is not what the run was trained on.
    """
    from aae_jax.evaluation.judge import judge_of

    place = arguments.dataset, arguments.data_dir
    splits = load_again(path, origin, *place, load=load_splits)
    labeled = splits.labeled()
    if not len(labeled.train.labels):
        return Judged(splits, None)
    return Judged(labeled, judge_of(labeled))


@lru_cache(maxsize=2)
def load_splits(dataset: str, data_dir: str | Path | None) -> DatasetSplits:
    """Load a dataset, once for runs that follow each other on it."""
    return load_dataset(dataset, data_dir)


def described(path: Path, config: Config, origin: Origin) -> dict[str, Any]:
    """Return what an evaluation is of, and what it was made with."""
    from aae_jax.runs.environment import describe_environment

    return {
        "run": str(path),
        "recipe": origin.recipe,
        "dataset": origin.dataset,
        "fingerprint": origin.fingerprint,
        "class_names": list(origin.class_names),
        "seed": config.seed,
        "config": to_dict(config),
        "changes": changes_to(origin.recipe, config),
        "environment": describe_environment(),
    }


def changes_to(recipe: str, config: Config) -> dict[str, Any]:
    """Return the fields in which a run differs from its recipe, but for the seed.

    Empty where this version does not know the recipe.
    """
    if recipe not in RECIPES:
        return {}
    planned = to_dict(recipe_for(recipe, config.num_train))
    return {
        name: found
        for name, (_, found) in differences(planned, to_dict(config)).items()
        if name not in (*DATA_FIELDS, "seed")
    }


def write_figure(
    path: Path, evaluation: dict[str, Any], model: "Model", splits: DatasetSplits
) -> Path:
    """Draw an evaluation into a folder, with some images in every content."""
    from aae_jax.evaluation.metrics.choosing import across_classes
    from aae_jax.evaluation.model import restyle
    from aae_jax.plotting import confusion_figure, evaluation_figure, save_figure
    from aae_jax.plotting.evaluation import MAX_CONTENTS

    split = evaluation["split"]
    images, labels = splits.held_out(split)
    originals = pixels(images[across_classes(labels, NUM_RESTYLED)])
    restyled = restyle(model, originals, min(splits.num_classes, MAX_CONTENTS))
    figure = evaluation_figure(evaluation, originals, restyled)
    if "classes_read" in evaluation:
        classes = confusion_figure(evaluation)
        save_figure(classes, path / FIGURES / f"classes-{split}.png")
    return save_figure(figure, path / FIGURES / f"{evaluation_name(split)}.png")


def console() -> None:
    """Run this command on the command line."""
    run_command(main)


if __name__ == "__main__":
    console()
