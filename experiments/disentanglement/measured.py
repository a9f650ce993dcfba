"""One measured run, one JSON: made where it is missing, read where it is there."""

from pathlib import Path
from typing import Any, NamedTuple

from aae_jax.algorithms.catalog import to_dict
from aae_jax.data import DatasetSplits
from aae_jax.evaluation.classifier import Classifier
from aae_jax.evaluation.measures import evaluate_model
from aae_jax.evaluation.model import model_of
from aae_jax.runs.folder import check_same_data, read_origin
from experiments import results
from experiments.disentanglement.arms import Study
from experiments.trained import of_training, trained

Result = dict[str, Any]


class Measured(NamedTuple):
    """A study with the results that there are, at most one a seed."""

    study: Study
    results: list[Result]

    @property
    def title(self) -> str:
        """Say what it is, and of how many seeds where some are missing."""
        found, asked = len(self.results), self.study.num_seeds
        return self.study.title + (
            f" ({found} of {asked} seeds)" if found < asked else ""
        )


def read_study(folder: Path, study: Study, splits: DatasetSplits) -> Measured:
    """Read the results of a study; see `read_result`."""
    found = [
        read_result(result_path(folder, study, seed), study, seed, splits)
        for seed in range(study.num_seeds)
    ]
    return Measured(study, [result for result in found if result is not None])


def read_result(
    path: Path, study: Study, seed: int, splits: DatasetSplits
) -> Result | None:
    """Return the result of one run, None where it is missing.

    Raises:
      RunError: It is of another config than today's.
    """
    return results.read_result(path, study.arm.config(seed, splits))


def make_result(
    path: Path,
    study: Study,
    seed: int,
    root: Path,
    splits: DatasetSplits,
    judge: Classifier,
) -> None:
    """Train one run where it is not trained yet, measure it and write the result."""
    run, config, params = trained(study.arm, seed, root)
    check_same_data(run, read_origin(run), splits.fingerprint)
    measured = evaluate_model(model_of(config, params), splits, "test", judge)
    result = {"config": to_dict(config), **of_training(run, config), **measured}
    results.write_results(path, result)


def result_path(folder: Path, study: Study, seed: int) -> Path:
    """Return where the result of one run lies."""
    return folder / f"{study.arm.title}-{seed}.json"
