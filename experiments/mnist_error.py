"""Test error and codes of `default` and `tutorial` after 20 epochs of MNIST.

    python -m experiments.mnist_error

Trains both from 3 seeds (what is there already is reused), measures on the test split
at the last epoch, and writes docs/results/mnist_error.json.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
import tyro

from aae_jax import load_dataset
from aae_jax.config import Config
from aae_jax.data import Dataset
from aae_jax.evaluation import validate
from aae_jax.state import Params
from experiments.results import last_losses, spread, write_results
from experiments.trained import Arm, trained

ARMS = (Arm("default", "mnist", epochs=20), Arm("tutorial", "mnist", epochs=20))


@dataclass(frozen=True)
class Arguments:
    """Measure the test error per pixel and the codes on MNIST."""

    num_seeds: int = 3
    """Number of seeds of each recipe, from 0."""

    root: Path = Path("runs/experiments")
    """Where the runs are or go."""

    output: Path = Path("docs/results/mnist_error.json")
    """Where the results go."""


def main(arguments: Arguments) -> None:
    """Train, measure and write down."""
    test = load_dataset("mnist").test
    results: dict[str, Any] = {}
    for arm in ARMS:
        runs = [
            trained(arm, seed, arguments.root) for seed in range(arguments.num_seeds)
        ]
        measured = [
            {**measure(config, params, test), "last_losses": last_losses(run)}
            for run, config, params in runs
        ]
        results[arm.recipe] = {"epochs": arm.epochs, "by_seed": measured}
        errors = [entry["test_error"] for entry in measured]
        print(f"{arm.recipe}: test error per pixel {spread(errors)}")
    write_results(arguments.output, results)


def measure(config: Config, params: Params, test: Dataset) -> dict[str, Any]:
    """Return the error per pixel and each dimension's mean and deviation."""
    described = jax.device_get(validate(config, params, test.images, test.labels))
    return {
        "seed": config.seed,
        "test_error": float(described.error),
        "code_mean": np.round(described.code_mean, 3).tolist(),
        "code_std": np.round(described.code_std, 3).tolist(),
    }


if __name__ == "__main__":
    main(tyro.cli(Arguments))
