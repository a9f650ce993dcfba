"""One evaluation at a glance: metrics between their ends, contents, restyled images."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aae_jax.evaluation.catalogue import CREDIBLE_CONTENT, METRICS, Metric, counts
from aae_jax.plotting.grids import draw_tiles
from aae_jax.plotting.looks import CODES, INK, MUTED

PALE, TRACK = "#b5b5b5", "#e4e8ee"
MAX_CONTENTS = 12


def evaluation_figure(
    evaluation: dict[str, Any], originals: np.ndarray, restyled: np.ndarray
) -> Figure:
    """Draw what `evaluate.py` found, as a person reads it.

    Args:
      evaluation: The content of evaluation.json.
      originals: Some images of the split: [N, H, W] in [0, 1].
      restyled: Every content in the style of each: [N, K, H, W].
    """
    figure = Figure(figsize=(13, 8.2))
    left = figure.add_axes((0.02, 0.04, 0.5, 0.87))
    above = figure.add_axes((0.57, 0.46, 0.41, 0.43))
    below = figure.add_axes((0.55, 0.02, 0.43, 0.33))
    names = evaluation["class_names"]
    draw_measures(left, evaluation["metrics"])
    draw_confusion(above, np.array(evaluation["confusion"]), names)
    draw_swaps(below, originals, restyled, names)
    figure.suptitle(_title(evaluation), fontsize=12, color=INK)
    return figure


def draw_measures(axes: Axes, metrics: dict[str, Any]) -> None:
    """Draw each metric on a line from its bad end (left) to its good one (right)."""
    axes.set(xlim=(-0.62, 1.3), ylim=(len(METRICS) - 0.3, -0.9))
    axes.set_axis_off()
    _write(axes, 0, -0.62, "bad end", "center")
    _write(axes, 1, -0.62, "good end", "center")
    for row, metric in enumerate(METRICS):
        _draw_measure(axes, row, metric, metrics)
    if not all(counts(metric, metrics) for metric in METRICS):
        note = (
            f"grey: content accuracy is below {CREDIBLE_CONTENT}; the style and the "
            "quality of wrong contents mean nothing"
        )
        axes.set_title(note, fontsize=8.5, color=MUTED, y=-0.03)


def draw_confusion(axes: Axes, asked_read: np.ndarray, names: Sequence[str]) -> None:
    """Draw how often each asked content [K, K] (row) was read as each, in per cent."""
    totals = np.maximum(asked_read.sum(axis=1, keepdims=True), 1)
    shares = 100 * asked_read / totals
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
    if len(names) <= MAX_CONTENTS:
        for row, column in np.argwhere(np.rint(shares) > 0):
            share = shares[row, column]
            color = "white" if share > 50 else INK
            text = f"{share:.0f}"
            axes.text(
                column, row, text, ha="center", va="center", fontsize=7.5, color=color
            )
    _name_classes(axes, names)
    axes.set_title("prior samples: asked and read, per cent", fontsize=10, color=INK)
    axes.set_ylabel("asked", fontsize=9, color=MUTED)
    axes.set_xlabel("read by the classifier", fontsize=9, color=MUTED)
    axes.tick_params(length=0, labelsize=8, colors=INK)
    axes.spines[:].set_visible(False)


def draw_swaps(
    axes: Axes, originals: np.ndarray, restyled: np.ndarray, names: Sequence[str]
) -> None:
    """Draw each original [N, H, W], then contents in its style [N, K, H, W]."""
    images = np.concatenate([originals[:, None], restyled[:, :MAX_CONTENTS]], axis=1)
    draw_tiles(axes, images, columns=("image", *names[:MAX_CONTENTS]))
    edge = axes.get_xlim()[1] / images.shape[1]
    axes.axvline(edge - 0.5, color="white", lw=6)
    axes.set_title("images, and every content in their styles", fontsize=10, color=INK)


def _draw_measure(
    axes: Axes, row: int, metric: Metric, metrics: dict[str, Any]
) -> None:
    found, has_ends = metric.found_in(metrics), None not in _ends(metric, metrics)
    color = CODES if counts(metric, metrics) else PALE
    ink = INK if counts(metric, metrics) else PALE
    axes.text(-0.62, row, metric.title, va="center", fontsize=9.5, color=ink)
    if found["value"] is None:
        _write(axes, 0, row, found["reason"], "left")
        return
    if has_ends:
        place = _place(metric, metrics)
        axes.plot([0, 1], [row, row], lw=7, color=TRACK, solid_capstyle="round")
        axes.plot([0, place], [row, row], lw=7, color=color, solid_capstyle="round")
        axes.plot(place, row, "o", ms=9, color="white", mec=color, mew=2)
    value = metric.text(found["value"])
    axes.text(
        1.28,
        row,
        value,
        ha="right",
        va="center",
        fontsize=10.5,
        color=ink,
        weight="bold",
    )
    for x, (number, words) in enumerate(_labels(metric, metrics)):
        _write(axes, x, row + 0.36, f"{number}  {words}", ("left", "right")[x])


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


def _place(metric: Metric, metrics: dict[str, Any]) -> float:
    """Return where a value stands between its ends, 0 the bad one and 1 the good."""
    bad, good = _ends(metric, metrics)
    assert bad is not None and good is not None
    values = np.array([metric.found_in(metrics)["value"], bad, good])
    value, bad, good = np.sqrt(values.clip(0)) if metric.squared else values
    place = float((value - bad) / (good - bad)) if good != bad else 0.0
    if metric.two_sided and place > 1:
        place = 2 - place
    return min(max(place, 0.0), 1.0)


def _write(axes: Axes, x: float, y: float, text: str, align: str) -> None:
    axes.text(x, y, text, ha=align, va="center", fontsize=7.5, color=MUTED)


def _name_classes(axes: Axes, names: Sequence[str]) -> None:
    if len(names) > MAX_CONTENTS:
        return
    turned = 45 if max(map(len, names)) > 3 else 0
    axes.set_xticks(range(len(names)), names, rotation=turned, ha="center")
    axes.set_yticks(range(len(names)), names)


def _title(evaluation: dict[str, Any]) -> str:
    return (
        f"{Path(evaluation['run']).name} on the {evaluation['split']} split of "
        f"{evaluation['dataset']}: {evaluation['recipe']}, epoch "
        f"{evaluation['epoch']}, seed {evaluation['seed']}\n"
        f"the classifier that judges reads {evaluation['classifier_accuracy']:.2%} of "
        "the real images"
    )
