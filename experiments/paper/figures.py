"""The figure of docs/paper.md: the error as it falls."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from aae_jax.plotting import MUTED, default_look
from experiments.paper.measured import Measured

CURVE, TABLE, DATASET = "classification_error", "semi_supervised", "mnist"


@default_look()
def error_figure(measured: Sequence[Measured]) -> Figure | None:
    """Draw the validation error over epochs, mean and deviation over seeds.

    None where no run has any.
    """
    curves = {one.study.title: curves_of(one) for one in measured if is_shown(one)}
    if not curves:
        return None
    figure = Figure(figsize=(7.5, 4.2), layout="constrained")
    axes = figure.subplots()
    for number, (title, errors) in enumerate(curves.items()):
        draw_curve(axes, title.replace("`", ""), errors, f"C{number}")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(ScalarFormatter())
    axes.yaxis.set_minor_formatter(ScalarFormatter())
    axes.tick_params(which="both", labelsize=8)
    axes.set_xlabel("epoch", color=MUTED)
    axes.set_ylabel("validation images read wrong, %", color=MUTED)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", which="both", lw=0.4, alpha=0.5)
    axes.legend(frameon=False, fontsize=8)
    return figure


def is_shown(measured: Measured) -> bool:
    """Return whether a study is of few labels on MNIST and has curves."""
    study = measured.study
    is_of_it = study.table == TABLE and study.arm.dataset == DATASET
    return is_of_it and bool(measured.results)


def curves_of(measured: Measured) -> np.ndarray:
    """Return errors in percent, over the epochs that all runs have: [seeds, epochs]."""
    found = [result["curves"][CURVE] for result in measured.results.values()]
    length = min(map(len, found))
    return 100 * np.array([curve[:length] for curve in found])


def draw_curve(axes: Axes, title: str, errors: np.ndarray, color: str) -> None:
    """Draw the mean of errors [seeds, epochs], and a band of one deviation."""
    epochs, mean = np.arange(1, errors.shape[1] + 1), errors.mean(axis=0)
    number = f"{len(errors)} seeds" if len(errors) > 1 else "one seed"
    axes.plot(epochs, mean, color=color, lw=1.4, label=f"{title} ({number})")
    if len(errors) > 1:
        spread = errors.std(axis=0, ddof=1)
        low, high = np.maximum(mean - spread, errors.min(axis=0)), mean + spread
        axes.fill_between(epochs, low, high, color=color, alpha=0.2, lw=0)
