"""Train, measure and write up: the tables of docs/disentanglement.md and the README.

    python -m experiments.disentanglement

Trains what is missing, most important first, measures it on the test split, writes one
JSON a run to docs/disentanglement/, and the tables into both texts. It can be stopped
at any time and started again: nothing that is finished is done twice, and what is
missing is marked. `--no-train` only rewrites the tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tyro

from aae_jax import load_dataset
from aae_jax.cli import run_script
from aae_jax.evaluation.catalogue import METRICS
from aae_jax.evaluation.judge import judge_of
from aae_jax.plotting import save_figure
from experiments.disentanglement.arms import (
    ABLATIONS,
    ARMS,
    DATASET,
    TRADE_OFF,
    jobs,
)
from experiments.disentanglement.figures import trade_off_figure
from experiments.disentanglement.measured import check_result, make_result, result_path
from experiments.disentanglement.tables import (
    losses_table,
    metrics_table,
    read_study,
    studies_table,
)
from experiments.results import replace_block

KEY_METRICS = {
    ("content", "prior"),
    ("leakage", "linear"),
    ("leakage", "mlp"),
    ("style", "slant"),
    ("style", "thickness"),
    ("posterior", "mmd2"),
    ("frechet", "prior"),
    ("diversity", "ratio"),
    ("reconstruction", "error"),
}
"""What stands in the narrow tables."""


@dataclass(frozen=True)
class Arguments:
    """Regenerate the report on disentanglement."""

    train: bool = True
    """Train and measure what is missing; otherwise only write the tables."""

    only: str = ""
    """Train and measure only the studies whose name holds this."""

    root: Path = Path("runs/experiments")
    """Where the runs are or go."""

    data: Path = Path("docs/disentanglement")
    """Where the results go."""

    texts: tuple[Path, ...] = (Path("docs/disentanglement.md"), Path("README.md"))
    """Where the tables go; what is between their markers is replaced."""


def main(argv: Sequence[str]) -> int:
    """Fill the gaps, then write the tables and the figure; returns the status."""
    arguments = tyro.cli(Arguments, args=argv)
    if arguments.train:
        fill(arguments)
    write_up(arguments)
    return 0


def fill(arguments: Arguments) -> None:
    """Make every result that is missing, the most important first.

    Raises:
      RunError: One that is there is of another config than today's.
    """
    splits = load_dataset(DATASET)
    classifier = judge_of(splits)
    for study, seed in jobs():
        path = result_path(arguments.data, study, seed)
        if arguments.only not in path.stem:
            continue
        if path.exists():
            check_result(path, study, seed, splits)
        else:
            print(f"{study.title}, seed {seed}")
            make_result(path, study, seed, arguments.root, splits, classifier)


def write_up(arguments: Arguments) -> None:
    """Replace the tables in the report by those of the results that there are."""
    data = arguments.data
    arms, ablations, trade_off = (
        [read_study(data, study) for study in studies]
        for studies in (ARMS, ABLATIONS, TRADE_OFF)
    )
    key = [metric for metric in METRICS if (metric.group, metric.name) in KEY_METRICS]
    blocks = {
        "headline": metrics_table([arm for arm in arms[:2] if arm.results]),
        "arms": metrics_table(arms),
        "ablations": studies_table(ablations, key),
        "trade-off": studies_table(trade_off, key),
        "losses": losses_table(arms),
    }
    save_figure(
        trade_off_figure([*arms, *ablations, *trade_off]), data / "trade_off.png"
    )
    for path in arguments.texts:
        text = path.read_text()
        for name, block in blocks.items():
            text = replace_block(text, name, block)
        path.write_text(text)
        print(f"wrote {path}")


if __name__ == "__main__":
    run_script(main)
