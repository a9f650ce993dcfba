"""What is watched while a run trains: losses, and codes beside the prior."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aae_jax.plotting.looks import CODES, INK, MUTED, PRIOR

MAX_HISTOGRAMS = 32


def posterior_figure(codes: np.ndarray, prior_std: float) -> Figure:
    """Draw codes [N, Z] beside the prior, one histogram a dimension.

    The tutorial's sanity check: blue bars (aggregated posterior) should fill the red
    curve (prior). At most 32 dimensions are drawn.
    """
    num_drawn = min(codes.shape[1], MAX_HISTOGRAMS)
    num_columns = min(num_drawn, 5)
    num_rows = -(-num_drawn // num_columns)
    figure = Figure(
        figsize=(1.9 * num_columns, 1.4 * num_rows + 0.6), layout="constrained"
    )
    panels = figure.subplots(num_rows, num_columns, squeeze=False).ravel()
    for dimension, axes in enumerate(panels[:num_drawn]):
        _histogram(axes, codes[:, dimension], prior_std)
        axes.set_title(f"$z_{{{dimension + 1}}}$", fontsize=8, pad=2)
    for axes in panels[num_drawn:]:
        axes.set_axis_off()
    figure.suptitle(
        f"codes of validation images (bars) and the prior N(0, {prior_std:g}²) (curve)",
        fontsize=9,
        color=INK,
    )
    return figure


def loss_figure(metrics: Sequence[dict[str, Any]]) -> Figure:
    """Draw the loss of every phase, epoch by epoch.

    Of training, the reconstruction loss holds the style agreement too while that acts;
    of validation images it is the squared error per pixel alone.
    """
    num_panels = 2 if "discriminator" in metrics[0] else 1
    figure = Figure(figsize=(4.5 * num_panels, 3.2), layout="constrained")
    left, *others = figure.subplots(1, num_panels, squeeze=False)[0]
    _curve(left, metrics, "reconstruction", "training", CODES)
    _curve(left, metrics, "validation_error", "validation", PRIOR)
    left.set(title="reconstruction loss", xlabel="epoch", yscale="log")
    for right in others:
        _curve(right, metrics, "discriminator", "discriminator", CODES)
        _curve(right, metrics, "generator", "generator", PRIOR)
        _mark_undecided(right)
        right.set(title="adversarial losses (dotted: undecided)", xlabel="epoch")
    for axes in (left, *others):
        axes.legend(frameon=False, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.title.set_fontsize(10)
    return figure


def _curve(
    axes: Axes, metrics: Sequence[dict[str, Any]], name: str, label: str, color: str
) -> None:
    epochs = [entry["epoch"] for entry in metrics]
    values = [entry[name] for entry in metrics]
    marker = "o" if len(epochs) == 1 else None
    axes.plot(epochs, values, label=label, color=color, lw=1.5, marker=marker)


def _mark_undecided(axes: Axes) -> None:
    """Draw the losses at which the discriminator cannot tell codes from the prior."""
    for level, name in ((2 * np.log(2), "2 log 2"), (np.log(2), "log 2")):
        axes.axhline(level, color=MUTED, lw=0.8, ls=":")
        axes.annotate(
            name,
            (0.995, level),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="bottom",
            fontsize=7,
            color=MUTED,
        )


def _histogram(axes: Axes, values: np.ndarray, prior_std: float) -> None:
    reach = max(3.5 * prior_std, float(np.abs(values).max()))
    x = np.linspace(-reach, reach, 200)
    density = np.exp(-0.5 * (x / prior_std) ** 2) / (prior_std * np.sqrt(2 * np.pi))
    axes.hist(
        values, bins=40, range=(-reach, reach), density=True, color=CODES, alpha=0.6
    )
    axes.plot(x, density, color=PRIOR, lw=1.2)
    axes.set_yticks([])
    axes.tick_params(labelsize=7, colors=MUTED)
    axes.spines[["top", "right", "left"]].set_visible(False)
    note = f"{values.mean():+.1f} ± {values.std():.1f}"
    axes.text(
        0.98,
        0.95,
        note,
        transform=axes.transAxes,
        ha="right",
        va="top",
        fontsize=6.5,
        color=MUTED,
    )
