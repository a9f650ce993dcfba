"""One evaluation at a glance: metrics between their ends, contents, restyled images."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aae_jax.evaluation.table import judged
from aae_jax.plotting.grids import draw_tiles
from aae_jax.plotting.looks import INK, MUTED, default_look, plain
from aae_jax.plotting.measures import draw_measures

MAX_CONTENTS = 12


@default_look()
def evaluation_figure(
    evaluation: dict[str, Any], originals: np.ndarray, restyled: np.ndarray
) -> Figure:
    """Draw what `evaluate.py` found, as a person reads it.

    Args:
      evaluation: The content of evaluation.json.
      originals: Some images of the split: [N, H, W, C] in [0, 1].
      restyled: Every content in the style of each: [N, K, H, W, C].
    """
    figure = Figure(figsize=(13, 8.2))
    left = figure.add_axes((0.02, 0.04, 0.5, 0.87))
    above = figure.add_axes((0.57, 0.5, 0.41, 0.39))
    below = figure.add_axes((0.55, 0.02, 0.43, 0.33))
    names = evaluation["class_names"]
    draw_measures(left, evaluation["metrics"])
    if evaluation["confusion"] is None:
        above.set_axis_off()
    else:
        draw_confusion(above, np.array(evaluation["confusion"]), names)
    draw_swaps(below, originals, restyled, names)
    figure.suptitle(_title(evaluation), fontsize=12, color=INK)
    return figure


@default_look()
def confusion_figure(evaluation: dict[str, Any]) -> Figure:
    """Draw as what a model that reads classes reads the images of each, in percent."""
    figure = Figure(figsize=(6, 6))
    axes = figure.add_axes((0.12, 0.1, 0.84, 0.78))
    draw_confusion(
        axes, np.array(evaluation["classes_read"]), evaluation["class_names"]
    )
    error = evaluation["metrics"]["classification"]["error"]["value"]
    axes.set_title("true and read classes, percent", fontsize=10, color=INK)
    axes.set(ylabel="true", xlabel=f"read: {error:.2%} are read as another class")
    figure.suptitle(_title(evaluation).split("\n")[0], fontsize=10, color=INK)
    return figure


def draw_confusion(axes: Axes, asked_read: np.ndarray, names: Sequence[str]) -> None:
    """Draw how often each asked content [K, K] (row) was read as each, in percent."""
    totals = np.maximum(asked_read.sum(axis=1, keepdims=True), 1)
    shares = 100 * asked_read / totals
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=100, origin="upper")
    if len(names) <= MAX_CONTENTS:
        _write_shares(axes, shares)
        _name_classes(axes, names)
    axes.set_title("random styles: asked and read, percent", fontsize=10, color=INK)
    axes.set_ylabel("asked", fontsize=9, color=MUTED)
    axes.set_xlabel("read by the classifier", fontsize=9, color=MUTED)
    axes.tick_params(length=0, labelsize=8, colors=INK)
    axes.spines[:].set_visible(False)


def draw_swaps(
    axes: Axes, originals: np.ndarray, restyled: np.ndarray, names: Sequence[str]
) -> None:
    """Draw each original [N, H, W, C], then contents in its style [N, K, H, W, C]."""
    images = np.concatenate([originals[:, None], restyled[:, :MAX_CONTENTS]], axis=1)
    draw_tiles(axes, images, columns=("image", *names[:MAX_CONTENTS]))
    edge = axes.get_xlim()[1] / images.shape[1]
    axes.axvline(edge - 0.5, color="white", lw=6)
    axes.set_title("images, and every content in their styles", fontsize=10, color=INK)


def _write_shares(axes: Axes, shares: np.ndarray) -> None:
    for row, column in np.argwhere(np.rint(shares) > 0):
        share = shares[row, column]
        axes.text(
            column,
            row,
            f"{share:.0f}",
            ha="center",
            va="center",
            fontsize=7.5,
            color="white" if share > 50 else INK,
        )


def _name_classes(axes: Axes, names: Sequence[str]) -> None:
    axes.set_xticks(range(len(names)), map(plain, names))
    axes.set_yticks(range(len(names)), map(plain, names))
    if max(map(len, names)) > 3:
        for name in axes.get_xticklabels():
            name.set(rotation=45, ha="right", rotation_mode="anchor")


def _title(evaluation: dict[str, Any]) -> str:
    return plain(
        f"{Path(evaluation['run']).name} on the {evaluation['split']} split of "
        f"{evaluation['dataset']}: {evaluation['recipe']}, epoch "
        f"{evaluation['epoch']}, seed {evaluation['seed']}\n"
        f"{judged(evaluation)}"
    )
