"""What the same seconds of training buy with `--network mlp` and with `--network conv`.

    python -m benchmarks.networks

The steps are timed first, in turn. `mlp` is then trained for `--epochs`, the others for
as many as take no longer, a second being steps times the time of a step; the rates of
each follow its own plan. Measured on the validation split.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import tyro

from aae_jax import Config, config_for, load_dataset
from aae_jax.algorithms.catalog import to_dict
from aae_jax.commands.console import run_command
from aae_jax.core.changes import kinds_of, of_kinds
from aae_jax.data import DatasetSplits
from aae_jax.engine.trainer import make_trainer
from aae_jax.evaluation.images import measure_content, measure_error, measure_frechet
from aae_jax.evaluation.judge import judge_of
from aae_jax.evaluation.material import material_of
from aae_jax.evaluation.model import model_of
from benchmarks.measuring import alternate, ratio, report, spread_of
from benchmarks.training import Training

BASE = "mlp"
HEADER = ["ms a step", "step / mlp", "epochs", "seconds", "error", "content", "Frechet"]


@dataclass(frozen=True)
class Arguments:
    """Compare what encoder and decoder may be made of, at equal seconds of training."""

    recipe: str = "default"
    """What is trained."""

    dataset: str = "mnist"
    """What to train on."""

    epochs: int = 8
    """How long `mlp` is trained."""

    num_steps: int = 10
    """Steps in one timed call."""

    repeats: int = 9
    """Timed calls of each kind, in turn; medians are reported."""


def main(argv: Sequence[str]) -> int:
    """Time the steps, train for equal seconds, measure and write down; the status."""
    arguments = tyro.cli(Arguments, args=argv)
    splits = load_dataset(arguments.dataset)
    configs = configs_of(config_for(arguments.recipe, splits))
    trainings = {n: Training(c, arguments.num_steps) for n, c in configs.items()}
    timed = alternate(trainings, arguments.repeats)
    steps = {name: times / arguments.num_steps for name, times in timed.items()}
    rows, results = [["", *HEADER]], {}
    for name, config in configs.items():
        over, step = ratio(steps[name], steps[BASE]), spread_of(steps[name])
        planned = replace(config, epochs=max(1, int(arguments.epochs / over.median)))
        seconds = round(planned.num_steps * step.median, 1)
        scores = trained_scores(planned, splits)
        print(name, scores, flush=True)
        times = {"seconds_a_step": step, "step_over_mlp": over, "seconds": seconds}
        results[name] = {"config": to_dict(planned), **times, **scores}
        cells = [f"{1e3 * step.median:.3g}", str(over), str(planned.epochs)]
        numbers = [f"{score:.4g}" for score in scores.values()]
        rows.append([f"`{name}`", *cells, f"{seconds:,.0f}", *numbers])
    report("networks", rows, {"dataset": splits.name, **results})
    return 0


def configs_of(base: Config) -> dict[str, Config]:
    """Return a config with each kind of network, `mlp` first."""
    return {
        kind: of_kinds(base, {"network": kind}) for kind in kinds_of(base)["network"]
    }


def trained_scores(config: Config, splits: DatasetSplits) -> dict[str, Any]:
    """Train, and return error, content and Frechet distance on the validation split."""
    trainer = make_trainer(config, [config.seed], splits)
    for (result,) in trainer.epochs(trainer.initial_state(), 0):
        print(config.network.kind, result.metrics["epoch"], flush=True)
    model = model_of(config, result.state.params)
    material = material_of(model, judge_of(splits), splits, "validation")
    return {
        "error": measure_error(material)["error"].value,
        "content": measure_content(material)["prior"].value,
        "frechet": measure_frechet(material)["prior"].value,
    }


if __name__ == "__main__":
    run_command(main)
