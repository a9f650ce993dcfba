"""How every benchmark measures and reports: side by side, medians, one file each.

The machine is rarely quiet, so that only ratios of what ran in turn are compared.
"""

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from experiments.results import markdown_table, replace_block, write_results

RESULTS = Path("docs/benchmarks")
"""Where each benchmark writes one JSON."""

REPORT = Path("docs/benchmarks.md")
"""Where each benchmark writes its table, between its markers."""


class Spread(NamedTuple):
    """The median of repeats, between the smallest and the largest."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.3g} ({self.low:.3g} to {self.high:.3g})"


def spread_of(values: Sequence[float] | np.ndarray) -> Spread:
    """Return median, minimum and maximum of repeats."""
    low, median, high = np.quantile(values, [0, 0.5, 1])
    return Spread(float(median), float(low), float(high))


def alternate(
    ways: Mapping[str, Callable[[], Any]], repeats: int
) -> dict[str, np.ndarray]:
    """Time each way `repeats` times, in turn: seconds [repeats] of each.

    A round that is not timed comes first. A way returns when its work is done.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for repeat in range(repeats + 1):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            elapsed = time.perf_counter() - began
            if repeat:
                seconds[name].append(elapsed)
    return {name: np.array(times) for name, times in seconds.items()}


def ratio(numerator: np.ndarray, denominator: np.ndarray) -> Spread:
    """Return the spread of the ratios of what was measured in the same round."""
    return spread_of(numerator / denominator)


def hardware() -> dict[str, Any]:
    """Return what the numbers depend on, in general words."""
    return {"architecture": platform.machine(), "cpu_cores": os.cpu_count()}


def report(
    name: str, rows: Sequence[Sequence[str]], results: Mapping[str, Any]
) -> None:
    """Print rows as a table, and write it into the report and the results beside it."""
    table = markdown_table(rows)
    print(table)
    write_results(RESULTS / f"{name}.json", {**hardware(), **results})
    if REPORT.exists():
        REPORT.write_text(replace_block(REPORT.read_text(), name, table))
