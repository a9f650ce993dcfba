"""What train.py costs beside its epochs: logging, validation, pictures, checkpoints.

    python -m benchmarks.overhead

The real script runs in a process of its own beside one that runs the same compiled
epoch and nothing else. Only one of them ever runs: at the end of an epoch it is stopped
and the next continues, so that they are compared on the same machine at the same time.
Whatever train.py does between two reports, also in the background, is in its own time.
"""

import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from aae_jax import config_for, load_dataset
from benchmarks.measuring import alternate, ratio, report, spread_of
from benchmarks.overhead_parts import time_parts
from benchmarks.processes import ROOT, Stepped, random_dataset

BARE, WHOLE = "bare epoch", "`train.py`"
SPARSE = "`train.py`, no checkpoints or pictures"


@dataclass(frozen=True)
class Arguments:
    """Time the epochs of train.py against bare epochs; POSIX systems alone."""

    dataset: str | None = None
    """mnist, digits or PATH.npz; by default mnist where AAE_DATA_DIR says where it is,
    otherwise random pictures of its size."""

    epochs: int = 4
    """Timed epochs of each way; medians are reported."""

    repeats: int = 5
    """Times that each part is timed alone."""


def main(arguments: Arguments) -> None:
    """Run the ways epoch by epoch in turn, then the parts, and write them down."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        dataset = absolute(arguments.dataset or some_dataset(folder))
        seconds = time_epochs(dataset, folder, arguments.epochs)
        splits = load_dataset(dataset)
        config = config_for("default", splits)
        parts = time_parts(config, splits, folder, arguments.repeats)
    bare = seconds[BARE]
    rows = [["", "seconds an epoch", "/ bare epoch"]]
    for name, times in seconds.items():
        rows.append([name, str(spread_of(times)), str(ratio(times, bare))])
    for name, times in parts.items():
        share = spread_of(times).median / spread_of(bare).median
        rows.append([f"... {name}", str(spread_of(times)), f"{share:.4f}"])
    results = {
        "dataset": "random pictures" if dataset.endswith(".npz") else dataset,
        "seconds_an_epoch": seconds,
        "seconds_of_parts": parts,
    }
    report("overhead", rows, results)


def time_epochs(dataset: str, folder: Path, epochs: int) -> dict[str, np.ndarray]:
    """Return how long the epochs of each way took: seconds [epochs] by name."""
    with ExitStack() as stack:
        ways = {
            name: stack.enter_context(Stepped(way, folder)).advance
            for name, way in commands(dataset, epochs + 1).items()
        }
        return alternate(ways, epochs)


def some_dataset(folder: Path) -> str:
    """Return MNIST where there is a copy, else as many random pictures."""
    if os.environ.get("AAE_DATA_DIR"):
        return "mnist"
    return str(random_dataset(folder / "pictures.npz", 68_750))


def absolute(dataset: str) -> str:
    """Return a dataset as it is called from any folder."""
    return str(Path(dataset).resolve()) if dataset.endswith(".npz") else dataset


def commands(dataset: str, num_epochs: int) -> dict[str, list[str]]:
    """Return what each way starts; all run the same epochs of `default`."""
    train = [str(ROOT / "train.py"), "--dataset", dataset, "--epochs", str(num_epochs)]
    return {
        BARE: ["-m", "benchmarks.bare_epochs", dataset, str(num_epochs)],
        SPARSE: [*train, "--run-dir", "sparse", "--checkpoint-seconds", "1e9"],
        WHOLE: [*train, "--run-dir", "whole"],
    }


if __name__ == "__main__":
    main(tyro.cli(Arguments))
