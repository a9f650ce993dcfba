"""Between which digits does a swap keep the slant? One correlation a pair of digits.

    python -m experiments.slant_by_digit RUN [RUN ...]

Paints every MNIST test digit as each of the ten, and correlates the slants within each
pair of old and new digit. Writes results/slant_by_digit.json.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from aae_jax import load_dataset, load_run
from aae_jax.data import Dataset, pixels
from aae_jax.evaluation.metrics.handwriting import rank_correlation, slant
from aae_jax.evaluation.model import Model, decode_all, encode_all, model_of
from experiments.results import RESULTS, spread, write_results


@dataclass(frozen=True)
class Arguments:
    """Correlate the slant before and after a swap, for each pair of digits."""

    runs: tyro.conf.Positional[tuple[Path, ...]]
    """Runs trained on MNIST."""


def main(arguments: Arguments) -> None:
    """Measure each run and write down the mean over the others, digit by digit."""
    test = load_dataset("mnist").test
    by_run = [correlations(model_of(*load_run(run)), test) for run in arguments.runs]
    others = np.array([mean_of_others(pairs) for pairs in by_run])
    for digit, values in enumerate(others.T):
        print(f"from and to {digit}: {spread(values, 2)}")
    without_1 = [mean_without(pairs, 1) for pairs in by_run]
    print(f"pairs without a 1: {spread(without_1, 2)}")
    results = {
        "runs": [run.name for run in arguments.runs],
        "slant_kept_from_row_to_column": np.round(by_run, 3).tolist(),
        "mean_of_pairs_without_1": np.round(without_1, 3).tolist(),
    }
    write_results(RESULTS / "slant_by_digit.json", results)


def correlations(model: Model, test: Dataset) -> np.ndarray:
    """Return the correlation of slants [K, K], from the digit of the row."""
    z, before = encode_all(model, test.images), slant(pixels(test.images))
    digits = np.unique(test.labels)
    columns = []
    for digit in digits:
        after = slant(decode_all(model, z, np.full(len(z), digit, np.int32)))
        rows = [test.labels == other for other in digits]
        columns.append(
            [rank_correlation(before[r], after[r], test.labels[r]) for r in rows]
        )
    return np.array(columns).T


def mean_of_others(pairs: np.ndarray) -> np.ndarray:
    """Return the mean over the pairs of each digit with another: [K]."""
    K = len(pairs)
    return (pairs + pairs.T - 2 * np.diag(np.diag(pairs))).sum(axis=0) / (2 * (K - 1))


def mean_without(pairs: np.ndarray, digit: int) -> float:
    """Return the mean over the pairs of different digits, leaving one out."""
    kept = np.delete(np.delete(pairs, digit, axis=0), digit, axis=1)
    return float(kept[~np.eye(len(kept), dtype=bool)].mean())


if __name__ == "__main__":
    main(tyro.cli(Arguments))
