"""Are photographs of digits prepared right, refused, or wrong in silence?

    python -m experiments.photographs --count 1000 --seed 16

Photographs MNIST test digits, prepares each picture and compares it with the digit
itself. Right is a mean absolute difference below 0.11 of which the judge reads the same
class; wrong in silence is what is neither right nor refused. Writes
results/photographs.json and a table in docs/reliability.md.
"""

import json
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import scipy
import tyro

from aae_jax import load_dataset
from aae_jax.evaluation.classifier import Classifier, read_images
from aae_jax.evaluation.judge import judge_of
from aae_jax.imaging import framing_for
from experiments.photographs.taken import Taken, taken_and_prepared
from experiments.results import RESULTS, markdown_table, write_results, write_tables

LARGEST = 0.11
"""Mean absolute difference from the digit that passes for right."""

OUTCOMES = ("right", "refused", "wrong")
PATH, TEXT = RESULTS / "photographs.json", Path("docs/reliability.md")


@dataclass(frozen=True)
class Arguments:
    """Prepare synthetic photographs and count how it ends."""

    count: int = 1000
    """How many photographs."""

    seed: int = 16
    """Seed of the photographs."""

    name: str = "now"
    """Name of this measurement in the results; others stay."""


def main(arguments: Arguments) -> None:
    """Photograph, prepare, judge and write down."""
    splits = load_dataset("mnist")
    framing = framing_for("mnist", splits.train.images)
    take = partial(taken_and_prepared, splits.test.images, framing, seed=arguments.seed)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as workers:
        taken = list(workers.map(take, range(arguments.count), chunksize=50))
    outcomes = judged(taken, judge_of(splits))
    found = json.loads(PATH.read_text())["measured"] if PATH.exists() else {}
    found[arguments.name] = {
        "count": arguments.count,
        "seed": arguments.seed,
        "all": counted(outcomes),
        "by_thing": counted_by([shot.thing for shot in taken], outcomes),
        "by_light": counted_by([shot.light for shot in taken], outcomes),
    }
    write_results(PATH, {"measured": found})
    if TEXT.exists():
        write_tables(TEXT, {"photographs": table(found)})


def judged(taken: Sequence[Taken], judge: Classifier) -> list[str]:
    """Return the outcome of each photograph."""
    digits = np.stack([shot.digit for shot in taken])
    prepared = np.stack(
        [digits[0] * 0 if shot.prepared is None else shot.prepared for shot in taken]
    )
    read, meant = (
        read_images(judge, images.astype(np.float32)).predictions
        for images in (prepared, digits)
    )
    near = np.abs(digits - prepared).mean(axis=(1, 2, 3)) < LARGEST
    return [
        "refused" if shot.prepared is None else "right" if good else "wrong"
        for shot, good in zip(taken, near & (read == meant), strict=True)
    ]


def counted(outcomes: Sequence[str]) -> dict[str, dict]:
    """Return count, share and its 95 % interval (Wilson) of each outcome."""
    numbers = Counter(outcomes)
    found = {}
    for outcome in OUTCOMES:
        test = scipy.stats.binomtest(numbers[outcome], len(outcomes))
        interval = test.proportion_ci(0.95, "wilson")
        found[outcome] = {
            "count": numbers[outcome],
            "share": round(float(test.statistic), 4),
            "interval": [round(float(end), 4) for end in interval],
        }
    return found


def counted_by(names: Sequence[str], outcomes: Sequence[str]) -> dict[str, dict]:
    """Return how many of each outcome there are, by name."""
    return {
        name: {
            outcome: sum(
                pair == (name, outcome) for pair in zip(names, outcomes, strict=True)
            )
            for outcome in OUTCOMES
        }
        for name in sorted(set(names))
    }


def table(found: dict[str, dict]) -> str:
    """Return the shares of each measurement as a Markdown table."""
    rows = [["", "photographs", *OUTCOMES]]
    for name, measured in found.items():
        shares = [shown(measured["all"][outcome]) for outcome in OUTCOMES]
        rows.append([name, f"{measured['count']}", *shares])
    return markdown_table(rows)


def shown(share: dict) -> str:
    """Return a share with its interval, in percent."""
    low, high = (100 * end for end in share["interval"])
    return f"{100 * share['share']:.1f} % ({low:.1f} to {high:.1f})"


if __name__ == "__main__":
    main(tyro.cli(Arguments))
