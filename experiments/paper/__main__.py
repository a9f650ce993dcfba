"""List, train, measure and write up: the tables of docs/paper.md.

    python -m experiments.paper [--only NAME] [--hours H]

Without --hours it lists what there is and what is left. With it, it trains what is
missing, the most important first, until so many hours have passed; the next call goes
on where this one was stopped. Several processes may run at once, best each on cores of
its own, as in `taskset -c 0 python -m experiments.paper --hours 8`: what one is at,
the others leave out. --time adds what a step takes on idle cores.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tyro

from aae_jax.commands.console import run_command
from aae_jax.errors import AAEError, ConfigError
from aae_jax.plotting import save_figure
from experiments.paper import tables
from experiments.paper.deadline import until
from experiments.paper.figures import error_figure
from experiments.paper.measured import (
    Measured,
    add_times,
    make_result,
    read_all,
    read_study,
    result_path,
)
from experiments.paper.studies import STUDIES, TABLES, Study
from experiments.results import RESULTS, write_tables

DATA = RESULTS / "paper"
REPORT = Path("docs/paper.md")
FIGURE = Path("docs/pictures/paper_error.png")


@dataclass(frozen=True)
class Arguments:
    """List or make the results of docs/paper.md."""

    only: str = ""
    """Only this table, or the runs called so."""

    hours: float = 0.0
    """Train and measure what is missing until so many hours have passed."""

    time: bool = False
    """Time a step of what is trained; other processes must leave the cores idle."""

    root: Path = Path("runs/paper")
    """Where the runs are or go."""


def main(argv: Sequence[str]) -> int:
    """Make what there is time for, write tables and figure, list; returns the status.

    Raises:
      RunError: A result that is there is of another config than today's.
    """
    arguments = tyro.cli(Arguments, args=argv)
    chosen = asked_for(arguments.only)
    if arguments.hours:
        fill(chosen, arguments.hours, arguments.root)
    if arguments.time:
        for measured in read_all(DATA, chosen):
            add_times(DATA, measured)
    write_up(read_all(DATA, STUDIES))
    print(tables.listing(read_all(DATA, chosen)))
    return 0


def asked_for(only: str) -> list[Study]:
    """Return the studies of a table, or the one whose runs are called so; "" is all.

    Raises:
      ConfigError: There is no such name.
    """
    found = [study for study in STUDIES if only in ("", study.table, study.name)]
    if not found:
        names = ", ".join([*TABLES, *(study.name for study in STUDIES)])
        raise ConfigError(f"there is nothing called {only!r}: --only takes {names}")
    return found


def fill(studies: Sequence[Study], hours: float, root: Path) -> None:
    """Make the results that are missing, in order, until the hours have passed.

    What cannot be made is said and left out.
    """
    jobs = [(study, seed) for study in studies for seed in study.seeds]
    with until(hours) as is_over:
        for study, seed in jobs:
            missing = not result_path(DATA, study, seed).exists()
            if missing and study.has_recipe and not is_over():
                print(f"{study.table}: {study.title}, seed {seed}", flush=True)
                try:
                    make_result(DATA, study, seed, root)
                except AAEError as error:
                    print(f"left out: {error}", file=sys.stderr)
                    continue
                add_times(DATA, read_study(DATA, study))


def write_up(measured: Sequence[Measured]) -> None:
    """Replace tables and figure by those of the results that there are."""
    blocks = {
        table: tables.study_table([m for m in measured if m.study.table == table])
        for table in TABLES
    }
    figure, curve = error_figure(measured), "Not run."
    if figure is not None:
        save_figure(figure, FIGURE)
        curve = f"![validation error over epochs]({FIGURE.relative_to(REPORT.parent)})"
    blocks |= {"error-curve": curve, "left": tables.left_table(measured)}
    write_tables(REPORT, blocks)


if __name__ == "__main__":
    run_command(main)
