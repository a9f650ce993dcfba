"""How every benchmark measures and reports: side by side, medians, one file each.

The machine is rarely quiet, so that only ratios of what ran in turn are compared.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from experiments.results import RESULTS, markdown_table, write_results, write_tables

FOLDER = RESULTS / "benchmarks"
"""Where each benchmark writes one JSON."""

REPORT = Path("docs/benchmarks.md")
"""Where each benchmark writes its table, between its markers."""

Ways = Mapping[str, Callable[[], Any]]
"""What is timed side by side: calls that return when their work is done, by name."""


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


def ratio(numerator: np.ndarray, denominator: np.ndarray) -> Spread:
    """Return the spread of the ratios of what was measured in the same round."""
    return spread_of(numerator / denominator)


def alternate(ways: Ways, repeats: int, rest: float = 0) -> dict[str, np.ndarray]:
    """Time each way `repeats` times, in turn: seconds [repeats] of each.

    A round that does not count comes first, and a rest before every turn. A way returns
    when its work is done; a number that it returns is the seconds by its own clock.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats + 1):
        for name, way in ways.items():
            time.sleep(rest)
            began = time.perf_counter()
            told = way()
            elapsed = time.perf_counter() - began
            seconds[name].append(told if isinstance(told, float) else elapsed)
    return {name: np.array(times[1:]) for name, times in seconds.items()}


def report(
    name: str, rows: Sequence[Sequence[str]], results: Mapping[str, Any]
) -> None:
    """Print rows as a table, and write it into the report and the results beside it."""
    table = markdown_table(rows)
    print(table)
    write_results(FOLDER / f"{name}.json", jsonable(results))
    if REPORT.exists():
        write_tables(REPORT, {name: table})


def jsonable(value: Any) -> Any:
    """Return a value with its spreads as objects and its arrays as lists."""
    if isinstance(value, Spread):
        return value._asdict()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {name: jsonable(part) for name, part in value.items()}
    return [jsonable(part) for part in value] if isinstance(value, list) else value
