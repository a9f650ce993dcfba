"""Search for better settings of `default`, by successive halving.

    python -m experiments.search --hours H

Trains and measures on MNIST, on the validation split, one trial after the other, until
so many hours have passed; the next call goes on. results/search.jsonl has a line a
trial: setting, steps, seconds a step and what was measured. Minutes are steps times the
time of a step, which is timed in turn with one of `default`: other work on the machine
slows both. Without --hours it lists the best.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jax
import numpy as np
import tyro

from aae_jax import config_for, load_dataset
from aae_jax.commands.console import run_command
from aae_jax.commands.request import parse
from aae_jax.core.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.engine.trainer import make_trainer
from aae_jax.evaluation.judge import judge_of
from aae_jax.evaluation.measures import evaluate_model
from aae_jax.evaluation.model import model_of
from experiments.paper.deadline import until
from experiments.paper.timing import timed_block
from experiments.results import RESULTS, markdown_table
from experiments.search.halving import Trial, best_of, flags_of, next_trial
from experiments.search.judging import GOALS, score_of

REFERENCE_MS = 24.5
"""Milliseconds of a step of `default` on two idle cores: `benchmarks.limit`."""

REPEATS = 7


@dataclass(frozen=True)
class Arguments:
    """Search for better settings of `default`."""

    hours: float = 0.0
    """Go on until so many hours have passed; 0 only lists what was found."""

    dataset: str = "mnist"
    """On what."""

    log: Path = RESULTS / "search.jsonl"
    """The trials that were made."""


def main(argv: Sequence[str]) -> int:
    """Make the trials that there is time for, and list the best; returns the status."""
    asked = tyro.cli(Arguments, args=argv)
    log = read_log(asked.log)
    if asked.hours:
        splits = load_dataset(asked.dataset)
        with until(asked.hours) as is_over:
            while (trial := next_trial(log)) and not is_over():
                log.append(made(trial, splits))
                with asked.log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(log[-1]) + "\n")
                print(f"{trial}: score {log[-1]['score']}", flush=True)
    print(table(log))
    return 0


def read_log(path: Path) -> list[dict[str, Any]]:
    """Return the trials that were made."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def made(trial: Trial, splits: DatasetSplits) -> dict[str, Any]:
    """Train and measure a trial; returns its line of the log."""
    flags = flags_of(trial.setting)
    base = config_for("default", splits)
    config = parse([*flags, "--seed", str(trial.seed)]).over(base)
    ms = REFERENCE_MS * relative_time(config, base, splits)
    config = in_time(config, trial.minutes, ms)
    metrics = measured(config, splits)
    return {
        **trial._asdict(),
        "flags": " ".join(flags),
        "epochs": config.epochs,
        "steps": config.num_steps,
        "ms_per_step": round(ms, 2),
        "score": round(score_of(metrics), 3),
        "metrics": metrics,
    }


def in_time(config: Config, minutes: float, ms: float) -> Config:
    """Return the config with the epochs that steps of so many ms have time for."""
    seconds = config.steps_per_epoch * ms / 1000
    return replace(config, epochs=max(2, round(60 * minutes / seconds)))


def relative_time(config: Config, base: Config, splits: DatasetSplits) -> float:
    """Return what a step takes over one of another config, timed in turn."""
    blocks = [timed_block(one, splits) for one in (config, base)]
    pairs = [[block() for block in blocks] for _ in range(REPEATS + 1)][1:]
    return float(np.median([own / other for own, other in pairs]))


def measured(config: Config, splits: DatasetSplits) -> dict[str, float | None]:
    """Train a config, and return what was measured of it on the validation split."""
    trainer = make_trainer(config, (config.seed,), splits)
    for (result,) in trainer.epochs(trainer.initial_state(), 0):
        params = result.state.params
    model = model_of(config, jax.device_get(params))
    found = evaluate_model(model, splits, "validation", judge_of(splits))["metrics"]
    return {
        f"{group}.{name}": one["value"] and round(one["value"], 4)
        for group, measures in found.items()
        for name, one in measures.items()
    }


def table(log: Sequence[dict[str, Any]], best: int = 5) -> str:
    """Return the best settings of each length of training, with their metrics."""
    rows = [["minutes", "setting", "score", *GOALS]]
    for minutes in sorted({entry["minutes"] for entry in log}):
        for setting in best_of(log, minutes)[:best]:
            entries = [
                entry
                for entry in log
                if (entry["setting"], entry["minutes"]) == (setting, minutes)
            ]
            mean = {name: mean_of(entries, name) for name in GOALS}
            score = np.mean([entry["score"] for entry in entries])
            rows.append([f"{minutes:g}", str(setting), f"{score:.3f}", *mean.values()])
    return markdown_table(rows)


def mean_of(entries: Sequence[dict[str, Any]], name: str) -> str:
    """Return the mean of a metric, as a text; of unknown values none."""
    known = [value for e in entries if (value := e["metrics"].get(name)) is not None]
    return f"{np.mean(known):.4g}" if known else ""


if __name__ == "__main__":
    run_command(main)
