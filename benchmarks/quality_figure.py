"""The figure of quality over time."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aae_jax.plotting import CODES, INK, MUTED, PRIOR

Point = dict[str, Any]
"""What was measured after an epoch; see `benchmarks.quality`."""

Look = dict[str, Any]
"""How matplotlib is to draw."""

COLORS = {"default": PRIOR, "tutorial": CODES}
PROBES = {"mlp": ("-", "MLP probe"), "linear": ("--", "linear probe")}


def quality_figure(curves: Mapping[str, Sequence[Point]]) -> Figure:
    """Draw content accuracy and leakage against seconds, a color a recipe."""
    figure = Figure(figsize=(9.4, 3.8), layout="constrained")
    content, leakage = figure.subplots(1, 2, sharex=True)
    for recipe, points in curves.items():
        look: Look = {"color": COLORS[recipe], "lw": 1.5, "marker": "o", "ms": 3}
        seconds = [point["seconds"] for point in points]
        asked = [point["content"] for point in points]
        content.plot(seconds, asked, label=recipe, **look)
        for probe, (line, label) in PROBES.items():
            read = [point[probe] for point in points]
            leakage.plot(seconds, read, line, label=f"{recipe}, {label}", **look)
    ends = next(iter(curves.values()), [{}])[0]
    _level(content, ends.get("real_images"), "real images")
    _level(leakage, ends.get("majority"), "nothing to read")
    content.set_title("content accuracy of prior samples", fontsize=10)
    leakage.set_title("label leakage: read from the style", fontsize=10)
    for axes in (content, leakage):
        axes.set(xscale="log", ylim=(0, 1.04))
        axes.set_xlabel("seconds of training", color=MUTED, fontsize=9)
        axes.tick_params(labelsize=8, colors=MUTED)
        axes.spines[["top", "right"]].set_visible(False)
        if curves:
            axes.legend(frameon=False, fontsize=8)
    return figure


def _level(axes: Axes, level: float | None, name: str) -> None:
    """Draw the best that is possible as a dotted line with its name."""
    if level is None:
        return
    axes.axhline(level, color=MUTED, lw=0.8, ls=":")
    place: Look = {"xycoords": ("axes fraction", "data"), "xytext": (0, 2)}
    place["textcoords"] = "offset points"
    axes.annotate(name, (0.005, level), **place, fontsize=7, color=INK)
