"""Results as Markdown tables."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from aae_jax.evaluation.catalogue import METRICS, Metric, counts
from aae_jax.loop import LOSSES
from experiments.disentanglement.arms import Study
from experiments.disentanglement.measured import read_result
from experiments.results import markdown_table, spread

MISSING = "not yet run"

Result = dict[str, Any]


class Measured(NamedTuple):
    """A study with the results that there are, at most one a seed."""

    study: Study
    results: list[dict[str, Any]]

    @property
    def title(self) -> str:
        """Say what it is, and of how many seeds where some are missing."""
        found, asked = len(self.results), self.study.num_seeds
        return self.study.title + (
            f" ({found} of {asked} seeds)" if found < asked else ""
        )


def read_study(folder: Path, study: Study) -> Measured:
    """Read the results of a study."""
    results = [read_result(folder, study, seed) for seed in range(study.num_seeds)]
    return Measured(study, [result for result in results if result is not None])


def metrics_table(
    measured: Sequence[Measured], metrics: Sequence[Metric] = METRICS
) -> str:
    """Return one row a metric, one column a study, and floor and ceiling."""
    rows = [["", "floor", "ceiling", *(column.title for column in measured)]]
    some = next((one.results[0] for one in measured if one.results), None)
    for metric in metrics:
        ends = ["", ""] if some is None else [_end(some, metric, end) for end in ENDS]
        cells = [_metric_cell(metric, column) for column in measured]
        rows.append([_title(metric), *ends, *cells])
    rows.append(["epochs", "", "", *(_cell(column, _epochs) for column in measured)])
    minutes = (_cell(column, _minutes, digits=1) for column in measured)
    rows.append(["minutes of training", "", "", *minutes])
    return markdown_table(rows)


def studies_table(measured: Sequence[Measured], metrics: Sequence[Metric]) -> str:
    """Return one row a study, one column a metric."""
    rows = [["", *map(_title, metrics)]]
    for row in measured:
        cells = [_metric_cell(metric, row) for metric in metrics]
        rows.append([row.title, *cells])
    return markdown_table(rows)


def losses_table(measured: Sequence[Measured]) -> str:
    """Return the losses of the last epoch, of the studies that have these losses."""
    rows = [["", *LOSSES]]
    for row in measured:
        if row.results and not any(result["last_losses"] for result in row.results):
            continue
        cells = [_cell(row, partial(_loss, name)) for name in LOSSES]
        rows.append([row.title, *cells])
    return markdown_table(rows)


ENDS = ("floor", "ceiling")


def _title(metric: Metric) -> str:
    """Return the title with what the plain table shows by indenting it."""
    return re.sub("^ +", "… ", metric.title)


def _value(metric: Metric, result: Result) -> float | None:
    return result["metrics"][metric.group][metric.name]["value"]


def _loss(name: str, result: Result) -> float | None:
    return result["last_losses"].get(name)


def _epochs(result: Result) -> int:
    return result["config"]["epochs"]


def _minutes(result: Result) -> float:
    return result["training_minutes"]


def _end(result: Result, metric: Metric, end: str) -> str:
    value = result["metrics"][metric.group][metric.name][end]
    return "" if value is None else f"{_number(value)} ({getattr(metric, end)})"


def _metric_cell(metric: Metric, measured: Measured) -> str:
    """Return the cell of a metric, in parentheses where content is too often wrong."""
    text = _cell(measured, partial(_value, metric))
    if all(counts(metric, result["metrics"]) for result in measured.results):
        return text
    return f"({text})"


def _cell(
    measured: Measured,
    read: Callable[[Result], float | None],
    digits: int | None = None,
) -> str:
    """Return mean ± sample standard deviation over the seeds."""
    found = [read(result) for result in measured.results]
    values = [value for value in found if value is not None]
    if not values:
        return "" if found else MISSING
    if all(isinstance(value, int) for value in values):
        return str(values[0])
    if digits is None:
        digits = _digits(float(np.mean(values)))
    return spread(values, digits)


def _number(value: float) -> str:
    return f"{value:.{_digits(value)}f}"


def _digits(value: float) -> int:
    """Return how many decimals show three figures or so."""
    return 1 if abs(value) >= 10 else 3 if abs(value) >= 0.095 else 4
