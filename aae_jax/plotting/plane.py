"""Codes of two dimensions as points in the plane."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from aae_jax.plotting.looks import INK, MUTED, default_look, plain, with_note

MAX_POINTS = 5000
MAX_NAMES = 40
GROUND = "#d9d9d9"
"""Of samples of the prior, which lie below the codes."""


@default_look()
def plane_figure(
    codes: np.ndarray,
    labels: np.ndarray,
    prior: np.ndarray | None,
    names: Sequence[str],
    *,
    note: str = "",
) -> Figure:
    """Draw codes [N, 2] colored by their labels [N] on samples of a prior [M, 2].

    At most 5,000 codes are drawn, and at most 40 labels are named. `names` are what
    the labels are called; a note is added to the title in brackets.
    """
    figure = Figure(figsize=(7.4, 6.6), layout="constrained")
    axes = figure.subplots()
    if prior is not None:
        x, y = prior.T
        axes.scatter(x, y, s=9, color=GROUND, linewidths=0, label="prior")
    codes, labels = codes[:MAX_POINTS], labels[:MAX_POINTS]
    colors = mpl.colormaps["tab10" if len(names) <= 10 else "turbo"]
    for label, name in enumerate(names):
        color = colors(label if len(names) <= 10 else label / len(names))
        x, y = codes[labels == label].T
        axes.scatter(x, y, s=4, color=color, linewidths=0, label=plain(name))
    axes.set_aspect("equal")
    axes.tick_params(labelsize=8, colors=MUTED)
    axes.spines[["top", "right"]].set_visible(False)
    if len(names) <= MAX_NAMES:
        figure.legend(
            loc="outside right center", frameon=False, markerscale=3, fontsize=9
        )
    title = "codes of validation images by label"
    title += "" if prior is None else ", on samples of the prior"
    figure.suptitle(with_note(title, note), fontsize=10, color=INK)
    return figure
