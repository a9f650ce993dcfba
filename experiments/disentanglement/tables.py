"""Results as Markdown tables."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np

from aae_jax.evaluation.catalog import METRICS, Metric, counts, measured_in
from experiments.disentanglement.measured import Measured, Result
from experiments.results import markdown_table, spread

MISSING = "not yet run"

Ends = Mapping[str, Callable[[Metric], str]]
"""Columns of what a metric may be at its ends: title, and which end of a metric."""

BOTH_ENDS: Ends = {"floor": lambda _: "floor", "ceiling": lambda _: "ceiling"}
GOOD_END: Ends = {"at best": attrgetter("good")}

Facts = Mapping[str, Callable[[Measured], str]]
"""Rows below the metrics: title, and the cell of a study."""


def chosen(*names: str) -> list[Metric]:
    """Return the metrics called so, as in "leakage.mlp", in the order of tables."""
    return [metric for metric in METRICS if f"{metric.group}.{metric.name}" in names]


def measured(arms: Sequence[Measured]) -> list[Metric]:
    """Return the metrics that any of the results has, in the order of tables."""
    return measured_in([found["metrics"] for arm in arms for found in arm.results])


def metrics_table(
    measured: Sequence[Measured], metrics: Sequence[Metric], ends: Ends, facts: Facts
) -> str:
    """Return one row a metric or fact, one column an end or a study."""
    some = next((one.results[0] for one in measured if one.results), None)
    rows = [["", *ends, *(column.title for column in measured)]]
    for metric in metrics:
        limits = (_end(some, metric, end(metric)) for end in ends.values())
        cells = (_metric_cell(metric, column) for column in measured)
        rows.append([_title(metric), *limits, *cells])
    for title, fact in facts.items():
        rows.append([title, *("" for _ in ends), *map(fact, measured)])
    return markdown_table(rows)


def studies_table(measured: Sequence[Measured], metrics: Sequence[Metric]) -> str:
    """Return one row a study, one column a metric."""
    rows = [["", *map(_title, metrics)]]
    for row in measured:
        rows.append([row.title, *(_metric_cell(metric, row) for metric in metrics)])
    return markdown_table(rows)


def losses_table(measured: Sequence[Measured]) -> str:
    """Return the losses of the last epoch: one row a study, one column a phase."""
    results = [result for one in measured for result in one.results]
    names = list(dict.fromkeys(name for one in results for name in one["last_losses"]))
    rows = [["", *names]]
    for row in measured:
        cells = (_cell(row, partial(_loss, name)) for name in names)
        rows.append([row.title, *cells])
    return markdown_table(rows)


def epochs(measured: Measured) -> str:
    """Return the cell of the epochs of a study."""
    return _cell(measured, lambda result: result["config"]["epochs"])


def minutes(measured: Measured) -> str:
    """Return the cell of the minutes that a study was trained for."""
    return _cell(measured, lambda result: result["training_minutes"], digits=1)


def _title(metric: Metric) -> str:
    """Return the title with what the plain table shows by indenting it."""
    return re.sub("^ +", "… ", metric.title)


def _value(metric: Metric, result: Result) -> float | None:
    return metric.found_in(result["metrics"])["value"]


def _loss(name: str, result: Result) -> float | None:
    return result["last_losses"].get(name)


def _end(result: Result | None, metric: Metric, end: str) -> str:
    """Return the cell of an end, which a result knows, and what it is of."""
    if result is None or metric.found_in(result["metrics"])[end] is None:
        return ""
    value = metric.found_in(result["metrics"])[end]
    return f"{value:.{_digits(value)}f} ({getattr(metric, end)})"


def _metric_cell(metric: Metric, measured: Measured) -> str:
    """Return the cell of a metric, in parentheses where content is too often wrong."""
    text = _cell(measured, partial(_value, metric))
    is_credible = all(counts(metric, one["metrics"]) for one in measured.results)
    return text if is_credible or not text else f"({text})"


def _cell(
    measured: Measured, read: Callable[[Result], Any], digits: int | None = None
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


def _digits(value: float) -> int:
    """Return how many decimals show three figures or so."""
    return 1 if abs(value) >= 10 else 3 if abs(value) >= 0.095 else 4
