"""Train, measure and write up: the tables of docs/disentanglement.md and the README.

    python -m experiments.disentanglement

Trains what is missing, most important first, measures it on the test split, writes one
JSON a run to results/disentanglement/, and the tables into the texts. It can be stopped
at any time and started again: nothing that is finished is done twice, and what is
missing is marked. `--no-train` only rewrites the tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tyro

from aae_jax import load_dataset
from aae_jax.commands.console import run_command
from aae_jax.data import DatasetSplits
from aae_jax.evaluation.judge import judge_of
from aae_jax.plotting import save_figure
from experiments.disentanglement import tables
from experiments.disentanglement.arms import (
    ABLATIONS,
    ARMS,
    DATASET,
    MAIN,
    STUDIES,
    TRADE_OFF,
    TUTORIAL,
    Study,
    jobs,
)
from experiments.disentanglement.figures import trade_off_figure
from experiments.disentanglement.measured import (
    Measured,
    make_result,
    read_result,
    read_study,
    result_path,
)
from experiments.results import RESULTS, write_tables
from experiments.trained import ROOT

HEADLINE = (
    "content.prior",
    "leakage.mlp",
    "style.slant",
    "style.thickness",
    "posterior.mmd2",
    "diversity.ratio",
)
NARROW = (*HEADLINE, "leakage.linear", "frechet.prior", "reconstruction.error")
"""What stands in the narrow tables."""

DATA = RESULTS / "disentanglement"
FIGURE = Path("docs/pictures/trade_off.png")
TEXTS = ("README.md", "docs/disentanglement.md", "docs/guides/losses.md")
"""Where tables go, between their markers."""


@dataclass(frozen=True)
class Arguments:
    """Regenerate the report on disentanglement."""

    train: bool = True
    """Train and measure what is missing; otherwise only write the tables."""

    only: str = ""
    """Train and measure only the studies whose name holds this."""

    root: Path = ROOT
    """Where the runs are or go."""


def main(argv: Sequence[str]) -> int:
    """Fill the gaps, then write the tables and the figure; returns the status.

    Raises:
      RunError: A result that is there is of another config than today's.
    """
    arguments = tyro.cli(Arguments, args=argv)
    splits = load_dataset(DATASET)
    if arguments.train:
        fill(arguments, splits)
    write_up({study: read_study(DATA, study, splits) for study in STUDIES})
    return 0


def fill(arguments: Arguments, splits: DatasetSplits) -> None:
    """Make every result that is missing, the most important first."""
    judge = judge_of(splits)
    for study, seed in jobs():
        path = result_path(DATA, study, seed)
        if arguments.only in path.stem and not read_result(path, study, seed, splits):
            print(f"{study.title}, seed {seed}")
            make_result(path, study, seed, arguments.root, splits, judge)


def write_up(measured: dict[Study, Measured]) -> None:
    """Replace tables and figure by those of the results that there are."""
    arms, ablations, trade_off, headline = (
        [measured[study] for study in studies]
        for studies in (ARMS, ABLATIONS, TRADE_OFF, (MAIN, TUTORIAL))
    )
    narrow, clock = tables.chosen(*NARROW), {"minutes of training": tables.minutes}
    facts = {"epochs": tables.epochs, **clock}
    blocks = {
        "headline": tables.metrics_table(
            headline, tables.chosen(*HEADLINE), tables.GOOD_END, clock
        ),
        "arms": tables.metrics_table(
            arms, tables.measured(arms), tables.BOTH_ENDS, facts
        ),
        "ablations": tables.studies_table(ablations, narrow),
        "trade-off": tables.studies_table(trade_off, narrow),
        "losses": tables.losses_table(arms),
    }
    for path in TEXTS:
        write_tables(Path(path), blocks)
    save_figure(trade_off_figure(list(measured.values())), FIGURE)


if __name__ == "__main__":
    run_command(main)
