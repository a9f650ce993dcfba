"""Quality over time: what seconds of training buy, for `default` and `tutorial`.

    python -m benchmarks.quality

Measured on the validation split after a few epochs of one whole run each, from its own
clock: the measuring, the start and compilation are not counted. A recipe that has been
measured is not trained again; delete its JSON in docs/benchmarks for that.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import tyro

from aae_jax.cli import run_script
from aae_jax.config import Config
from aae_jax.data import DatasetSplits, load_dataset
from aae_jax.errors import RunError
from aae_jax.evaluation.autoencoder import autoencoder_of
from aae_jax.evaluation.classifier import Classifier
from aae_jax.evaluation.codes import measure_leakage
from aae_jax.evaluation.judge import judge_of
from aae_jax.evaluation.material import Material
from aae_jax.loop import first_state, run_epochs
from aae_jax.plotting import save_figure
from aae_jax.recipes import config_for
from aae_jax.state import Params
from benchmarks.measuring import RESULTS, report
from benchmarks.quality_figure import Point, quality_figure
from experiments.results import write_results

Recipe = Literal["default", "tutorial"]

MARKS = (1, 2, 5, 10, 20, 40, 100, 200, 300, 500, 1000)
"""Epochs after which is measured, beside the last."""

EPOCHS: dict[Recipe, int | None] = {"default": None, "tutorial": 20}
"""How long each is trained; None is the recipe's own plan, which its rates follow."""


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
            config = planned_config(recipe, splits, arguments.epochs or planned)
            measure_recipe(recipe, config, splits)
    write_up()
    return 0


def planned_config(recipe: Recipe, splits: DatasetSplits, epochs: int | None) -> Config:
    """Return the recipe's config for this data and number of epochs."""
    config = config_for(recipe, splits)
    return config if epochs is None else replace(config, epochs=epochs)


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
    }
    if path.exists():
        found = json.loads(path.read_text())
        same = {name: found.get(name) for name in known} == known
        if not same or Config.from_json(json.dumps(found.get("config"))) != config:
            raise RunError(f"{path} is of another config or dataset: delete it")
        print(f"{path} is there: not measured again")
        return
    points = []
    for point in measured_epochs(config, splits, judge_of(splits)):
        print(recipe, json.dumps(point), flush=True)
        points.append(point)
    settings = {**known, "config": json.loads(config.to_json())}
    write_results(path, {**settings, "points": points})


def measured_epochs(
    config: Config, splits: DatasetSplits, judge: Classifier
) -> Iterator[Point]:
    """Train, and yield what is measured after each of the marks, and when that was."""
    seconds = 0.0
    for epoch in run_epochs(config, first_state(config), splits, 0):
        seconds += epoch.metrics["seconds"]
        number = epoch.metrics["epoch"]
        if number in MARKS or number == config.epochs:
            measured = measure(config, epoch.state.params, splits, judge)
            yield {"epoch": number, "seconds": round(seconds, 2), **measured}


def measure(
    config: Config, params: Params, splits: DatasetSplits, judge: Classifier
) -> Point:
    """Return content accuracy and leakage on the validation split, and their ends."""
    model = autoencoder_of(config, params)
    material = Material(
        model, judge, splits.train, splits.validation, splits.num_classes
    )
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
    return RESULTS / f"quality-{recipe}.json"


def write_up() -> None:
    """Write table and figure of the recipes that have been measured."""
    paths = [result_path(recipe) for recipe in EPOCHS]
    results = [json.loads(path.read_text()) for path in paths if path.exists()]
    curves = {result["recipe"]: result["points"] for result in results}
    rows = [["", "epoch", "seconds", "content", "leakage, linear", "leakage, MLP"]]
    for recipe, points in curves.items():
        rows += [[f"`{recipe}`", *cells_of(point)] for point in points]
    save_figure(quality_figure(curves), RESULTS / "quality.png")
    measured = {result["recipe"]: result["dataset"] for result in results}
    report("quality", rows, {"measured": measured})


def cells_of(point: Point) -> list[str]:
    """Return the cells of one point."""
    measured = (f"{point[name]:.3f}" for name in ("content", "linear", "mlp"))
    return [f"{point['epoch']}", f"{point['seconds']:,.1f}", *measured]


if __name__ == "__main__":
    run_script(main)
