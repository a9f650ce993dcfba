"""One run of a study, one JSON: made where it is missing, read where it is there."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from aae_jax import load_dataset
from aae_jax.algorithms.catalog import to_dict
from aae_jax.data import DatasetSplits
from aae_jax.errors import RunError
from aae_jax.runs.folder import CONFIG, check_same_data, read_origin
from aae_jax.runs.journal import read_metrics
from aae_jax.storage.locks import holding
from experiments.paper.studies import Study
from experiments.paper.timing import time_alone
from experiments.results import read_result, write_results
from experiments.trained import of_training, trained

CURVES = ("classification_error", "validation_error")
"""What is kept of every epoch."""

CLAIMS = "claims"
"""The folder beside the runs in which processes lock what they work at."""

Result = dict[str, Any]


class Measured(NamedTuple):
    """A study with the results that there are, by seed."""

    study: Study
    results: dict[int, Result]

    @property
    def left(self) -> tuple[int, ...]:
        """The seeds that are missing."""
        return tuple(seed for seed in self.study.seeds if seed not in self.results)

    @property
    def hours_left(self) -> float:
        """What the missing ones take on two idle cores."""
        return len(self.left) * self.study.hours


def data_of(study: Study) -> DatasetSplits:
    """Return the data of a study, which is loaded once for all."""
    return _loaded(study.arm.dataset)


def result_path(folder: Path, study: Study, seed: int) -> Path:
    """Return where the result of one run lies: it is called as the run is."""
    return study.arm.run(seed, folder).with_suffix(".json")


def read_study(folder: Path, study: Study) -> Measured:
    """Return a study with the results that there are.

    Raises:
      RunError: One of them is of another config than today's.
    """
    found = {}
    for seed in study.seeds:
        path = result_path(folder, study, seed)
        if path.exists():
            config = study.arm.config(seed, data_of(study))
            found[seed] = read_result(path, config)
    return Measured(study, {seed: one for seed, one in found.items() if one})


def read_all(folder: Path, studies: Sequence[Study]) -> list[Measured]:
    """Return all studies that this version has the recipes of, and the others bare."""
    return [
        read_study(folder, study) if study.has_recipe else Measured(study, {})
        for study in studies
    ]


@contextmanager
def claimed(run: Path) -> Iterator[None]:
    """Keep other processes from a run and its result until the block ends.

    Raises:
      RunError: Another process is at it.
    """
    with holding(run.parent / CLAIMS / run.name):
        if (run / CONFIG).exists():
            with holding(run):
                pass
        yield


def make_result(folder: Path, study: Study, seed: int, root: Path) -> None:
    """Train one run as far as it is not trained yet, measure it, write the result.

    Raises:
      RunError: Another process is at it, or it is there with another config.
      KeyboardInterrupt: It was stopped; the next call goes on with it.
    """
    with claimed(study.arm.run(seed, root)):
        splits = data_of(study)
        run, config, params = trained(study.arm, seed, root)
        check_same_data(run, read_origin(run), splits.fingerprint)
        result = {
            "training": " ".join(["python train.py", *study.arm.flags(seed)]),
            "config": to_dict(config),
            **of_training(run, config),
            "steps": config.num_steps,
            "measured": study.score.measure(config, params, splits),
            "curves": curves_of(run),
        }
        write_results(result_path(folder, study, seed), result)


def curves_of(run: Path) -> dict[str, list[float]]:
    """Return what is known of the validation images after each epoch."""
    epochs = read_metrics(run)
    return {
        name: [round(epoch[name], 5) for epoch in epochs]
        for name in CURVES
        if name in epochs[0]
    }


def add_times(folder: Path, measured: Measured) -> None:
    """Write into the results of a study how long it takes where nothing else runs.

    Nothing is timed while other processes use the cores.
    """
    untimed = {s: r for s, r in measured.results.items() if "minutes_alone" not in r}
    if not untimed:
        return
    study = measured.study
    seed = next(iter(untimed))
    try:
        times = time_alone(study.arm.config(seed, data_of(study)), data_of(study))
    except RunError as error:
        print(f"{study.arm.title} is not timed: {error}", file=sys.stderr)
        return
    for seed, result in untimed.items():
        write_results(result_path(folder, study, seed), {**result, **times})


_loaded = cache(load_dataset)
