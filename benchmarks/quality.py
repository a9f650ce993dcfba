"""Quality over time: what seconds of training buy, for `default` and `tutorial`.

    python -m benchmarks.quality

Measured on the validation split after a few epochs of one whole run each, from its own
clock: the measuring, the start and compilation are not counted. A recipe that has been
measured is not trained again: move its JSON in results/benchmarks aside for that.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import tyro

from aae_jax import Config, config_for, load_dataset
from aae_jax.algorithms.catalog import to_dict
from aae_jax.commands.console import run_command
from aae_jax.core.phases import Tree
from aae_jax.data import DatasetSplits
from aae_jax.engine.trainer import make_trainer
from aae_jax.errors import RunError
from aae_jax.evaluation.classifier import Classifier
from aae_jax.evaluation.codes import measure_leakage
from aae_jax.evaluation.judge import judge_of
from aae_jax.evaluation.material import material_of
from aae_jax.evaluation.model import model_of
from aae_jax.plotting import save_figure
from benchmarks.measuring import FOLDER, report
from benchmarks.quality_figure import Point, quality_figure
from experiments.results import write_results

Recipe = Literal["default", "tutorial"]

MARKS = (1, 2, 5, 10, 20, 40, 100, 200, 300, 500, 1000)
"""Epochs after which is measured, beside the last."""

EPOCHS: dict[Recipe, int | None] = {"default": None, "tutorial": 20}
"""How long each is trained; None is the recipe's own plan, which its rates follow."""

FIGURE = Path("docs/pictures/quality.png")


@dataclass(frozen=True)
class Arguments:
    """Measure content accuracy and leakage against seconds of training."""

    recipe: Recipe | None = None
    """Train and measure only this one."""

    dataset: str = "mnist"
    """What to train on."""

    epochs: int | None = None
    """Plan of the runs; by default that of `default` and 20 epochs of `tutorial`."""


def main(argv: Sequence[str]) -> int:
    """Measure what is missing, then write the table and the figure; the status."""
    arguments = tyro.cli(Arguments, args=argv)
    splits = load_dataset(arguments.dataset)
    for recipe, planned in EPOCHS.items():
        if arguments.recipe in (None, recipe):
            config = config_for(recipe, splits)
            epochs = arguments.epochs or planned or config.epochs
            measure_recipe(recipe, replace(config, epochs=epochs), splits)
    write_up()
    return 0


def measure_recipe(recipe: Recipe, config: Config, splits: DatasetSplits) -> None:
    """Train and measure one recipe, unless that has been done.

    Raises:
      RunError: It has been done with another config or on other data.
    """
    path = result_path(recipe)
    known = {
        "recipe": recipe,
        "dataset": splits.name,
        "fingerprint": splits.fingerprint,
        "config": to_dict(config),
    }
    if path.exists():
        found = json.loads(path.read_text())
        if {name: found.get(name) for name in known} != known:
            raise RunError(f"{path} is of another config or dataset: move it aside")
        print(f"{path} is there: not measured again")
        return
    points = []
    for point in measured_epochs(config, splits, judge_of(splits)):
        print(recipe, json.dumps(point), flush=True)
        points.append(point)
    write_results(path, {**known, "points": points})


def measured_epochs(
    config: Config, splits: DatasetSplits, judge: Classifier
) -> Iterator[Point]:
    """Train, and yield what is measured after each of the marks, and when that was."""
    seconds, trainer = 0.0, make_trainer(config, [config.seed], splits)
    for (result,) in trainer.epochs(trainer.initial_state(), 0):
        seconds += result.metrics["seconds"]
        number = result.metrics["epoch"]
        if number in MARKS or number == config.epochs:
            measured = measure(config, result.state.params, splits, judge)
            yield {"epoch": number, "seconds": round(seconds, 2), **measured}


def measure(
    config: Config, params: Tree, splits: DatasetSplits, judge: Classifier
) -> Point:
    """Return content accuracy and leakage on the validation split, and their ends."""
    model = model_of(config, params)
    material = material_of(model, judge, splits, "validation")
    leakage = measure_leakage(material)
    return {
        "content": material.samples.accuracy,
        "linear": leakage["linear"].value,
        "mlp": leakage["mlp"].value,
        "majority": leakage["mlp"].floor,
        "real_images": material.real.accuracy,
    }


def result_path(recipe: Recipe) -> Path:
    """Return where the points of a recipe are kept."""
    return FOLDER / f"quality-{recipe}.json"


def write_up() -> None:
    """Write table and figure of the recipes that have been measured."""
    paths = [result_path(recipe) for recipe in EPOCHS]
    results = [json.loads(path.read_text()) for path in paths if path.exists()]
    curves = {result["recipe"]: result["points"] for result in results}
    rows = [["", "epoch", "seconds", "content", "leakage, linear", "leakage, MLP"]]
    for recipe, points in curves.items():
        for point in points:
            scores = (f"{point[name]:.3f}" for name in ("content", "linear", "mlp"))
            seconds = f"{point['seconds']:,.1f}"
            rows.append([f"`{recipe}`", str(point["epoch"]), seconds, *scores])
    save_figure(quality_figure(curves), FIGURE)
    measured = {result["recipe"]: result["dataset"] for result in results}
    report("quality", rows, {"measured": measured})


if __name__ == "__main__":
    run_command(main)
