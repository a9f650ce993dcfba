"""The metrics of one evaluation, each on a line from its bad end to its good one."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from aae_jax.evaluation.catalog import CREDIBLE_CONTENT, Metric, counts, measured_in
from aae_jax.plotting.looks import CODES, INK, MUTED

PALE, TRACK = "#b5b5b5", "#e4e8ee"


def draw_measures(axes: Axes, metrics: dict[str, Any]) -> None:
    """Draw each metric on a line from its bad end (left) to its good one (right)."""
    measured = measured_in([metrics])
    axes.set(xlim=(-0.62, 1.3), ylim=(len(measured) - 0.3, -0.9))
    axes.set_axis_off()
    _write(axes, 0, -0.62, "bad end", "center")
    _write(axes, 1, -0.62, "good end", "center")
    for row, metric in enumerate(measured):
        _draw_measure(axes, row, metric, metrics)
    if not all(counts(metric, metrics) for metric in measured):
        note = (
            f"gray: content accuracy is below {CREDIBLE_CONTENT}; the style and the "
            "quality of wrong contents mean nothing"
        )
        axes.set_title(note, fontsize=8.5, color=MUTED, y=-0.03)


def place(metric: Metric, metrics: dict[str, Any]) -> float:
    """Return where a value stands between its ends, 0 the bad one and 1 the good."""
    bad, good = _ends(metric, metrics)
    assert bad is not None and good is not None
    values = np.array([metric.found_in(metrics)["value"], bad, good])
    value, bad, good = np.sqrt(values.clip(0)) if metric.squared else values
    share = float((value - bad) / (good - bad)) if good != bad else 0.0
    if metric.two_sided and share > 1:
        share = 2 - share
    return min(max(share, 0.0), 1.0)


def _draw_measure(
    axes: Axes, row: int, metric: Metric, metrics: dict[str, Any]
) -> None:
    found, is_credible = metric.found_in(metrics), counts(metric, metrics)
    ink = INK if is_credible else PALE
    axes.text(-0.62, row, metric.title, va="center", fontsize=9.5, color=ink)
    if found["value"] is None:
        _write(axes, 0, row, found["reason"], "left")
        return
    if None not in _ends(metric, metrics):
        color = CODES if is_credible else PALE
        _draw_line(axes, row, place(metric, metrics), color)
    axes.text(
        1.28,
        row,
        metric.text(found["value"]),
        ha="right",
        va="center",
        fontsize=10.5,
        color=ink,
        weight="bold",
    )
    for x, (number, words) in enumerate(_labels(metric, metrics)):
        _write(axes, x, row + 0.36, f"{number}  {words}", ("left", "right")[x])


def _draw_line(axes: Axes, row: int, share: float, color: str) -> None:
    axes.plot([0, 1], [row, row], lw=7, color=TRACK, solid_capstyle="round")
    axes.plot([0, share], [row, row], lw=7, color=color, solid_capstyle="round")
    axes.plot(share, row, "o", ms=9, color="white", mec=color, mew=2)


def _labels(metric: Metric, metrics: dict[str, Any]) -> list[tuple[str, str]]:
    """Return number and words of the bad end and of the good one."""
    words = {"floor": metric.floor, "ceiling": metric.ceiling}
    bad = "ceiling" if metric.good == "floor" else "floor"
    numbers = [
        "" if value is None else metric.text(value) for value in _ends(metric, metrics)
    ]
    return list(zip(numbers, (words[bad], words[metric.good]), strict=True))


def _ends(metric: Metric, metrics: dict[str, Any]) -> tuple[float | None, float | None]:
    """Return the bad end and the good one."""
    found = metric.found_in(metrics)
    ends = found["floor"], found["ceiling"]
    return ends[::-1] if metric.good == "floor" else ends


def _write(axes: Axes, x: float, y: float, text: str, align: str) -> None:
    axes.text(x, y, text, ha=align, va="center", fontsize=7.5, color=MUTED)
