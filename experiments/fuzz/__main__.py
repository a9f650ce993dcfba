"""Give random input of every kind to the commands' functions and count how it ends.

    python -m experiments.fuzz --count 1000 --seed 0

Each input is taken, and then what came of it is compared with what was meant, or it is
refused by an error whose line says so. Anything else raised is a traceback, anything
else taken is silently wrong; both are printed and make the status 1. Writes
results/fuzz.json and the table of docs/reliability.md.
"""

import contextlib
import io
import os
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from aae_jax.commands.console import run_command
from aae_jax.errors import AAEError
from experiments.fuzz.arrays import arrays
from experiments.fuzz.lines import sample_line, train_line
from experiments.fuzz.pictures import picture
from experiments.fuzz.runs import config_text, run_directory
from experiments.results import RESULTS, markdown_table, write_results, write_tables

KINDS: dict[str, Callable[[np.random.Generator, Path], bool]] = {
    "command lines of train": train_line,
    "command lines of sample": sample_line,
    "`.npz` files": arrays,
    "pictures": picture,
    "config.json and origin.json": config_text,
    "run directories": run_directory,
}
"""Each gives one input and returns whether what came of it is what was meant."""

SHARES = (0.3, 0.05, 0.25, 0.1, 0.25, 0.05)
ENDS = ("taken", "refused", "silently wrong", "traceback")
TEXT = Path("docs/reliability.md")


@dataclass(frozen=True)
class Arguments:
    """Give random input of every kind to the commands' functions."""

    count: int = 1000
    """How many inputs."""

    seed: int = 0
    """Of the inputs."""


def main(argv: Sequence[str]) -> int:
    """Try all inputs and write the table; returns 1 where one ended badly."""
    asked = tyro.cli(Arguments, args=argv)
    counts = {kind: Counter[str]() for kind in KINDS}
    for index, kind in enumerate(kinds_of(asked)):
        counts[kind][tried(kind, asked.seed, index)] += 1
    rows = [["input", "tried", *ENDS]]
    for kind, ends in counts.items():
        numbers = (ends.total(), *(ends[end] for end in ENDS))
        rows.append([kind, *map(str, numbers)])
    print(table := markdown_table(rows))
    results = {kind: dict(ends) for kind, ends in counts.items()}
    write_results(RESULTS / "fuzz.json", {"seed": asked.seed, "ends": results})
    write_tables(TEXT, {"fuzz": table})
    return int(any(ends[bad] for ends in counts.values() for bad in ENDS[2:]))


def kinds_of(asked: Arguments) -> list[str]:
    """Return the kind of each input."""
    rng = np.random.default_rng(asked.seed)
    return rng.choice(list(KINDS), asked.count, p=SHARES).tolist()


def tried(kind: str, seed: int, index: int) -> str:
    """Give one input, in a folder of its own; returns how it ended."""
    said, here = io.StringIO(), Path.cwd()
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        warnings.catch_warnings(action="ignore"),
    ):
        os.chdir(folder)
        try:
            end = ended(KINDS[kind], np.random.default_rng([seed, index]), Path(folder))
        finally:
            os.chdir(here)
    if end in ENDS[2:]:
        print(f"{kind}, seed {seed}, index {index}: {end}\n{said.getvalue()[-3000:]}")
    return end


def ended(
    give: Callable[[np.random.Generator, Path], bool],
    rng: np.random.Generator,
    folder: Path,
) -> str:
    """Return one of `ENDS`; what was raised goes to stderr."""
    try:
        return "taken" if give(rng, folder) else "silently wrong"
    except (AAEError, OSError) as error:
        return "refused" if str(error).strip() else "traceback"
    except SystemExit as stopped:
        return "refused" if stopped.code in (0, 2) else "traceback"
    except Exception:
        traceback.print_exc()
        return "traceback"


if __name__ == "__main__":
    run_command(main)
