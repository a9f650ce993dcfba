"""What is watched while a run trains: losses, and codes beside the prior."""

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aae_jax.plotting.looks import CODES, INK, MUTED, PRIOR, default_look, with_note

MAX_HISTOGRAMS = 32
MIN_INCHES = 6.4
"""Of width, so that the title fits."""

BESIDE_PRIOR = "codes of validation images as bars, the prior as an outline"
NO_PRIOR = "codes of validation images; there is no prior to match"
GAME = "other losses (dotted: undecided)"
LABELED = "classification"
COLORS = (CODES, PRIOR, "#3a8f5c", "#e0a030", "#7b5ea7")


@default_look()
def posterior_figure(
    codes: np.ndarray, prior: np.ndarray | None, *, note: str = ""
) -> Figure:
    """Draw codes [N, Z] beside samples of the prior [M, Z], one histogram a dimension.

    The tutorial's sanity check: blue bars (aggregated posterior) should fill the red
    outline (prior). Without a prior there are bars alone. At most 32 dimensions are
    drawn. A note is added to the title in brackets.
    """
    num_drawn = min(codes.shape[1], MAX_HISTOGRAMS)
    num_columns = min(num_drawn, 5)
    num_rows = -(-num_drawn // num_columns)
    size = (max(1.9 * num_columns, MIN_INCHES), 1.4 * num_rows + 0.6)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(num_rows, num_columns, squeeze=False).ravel()
    for dimension, axes in enumerate(panels[:num_drawn]):
        samples = None if prior is None else prior[:, dimension]
        _histogram(axes, codes[:, dimension], samples)
        axes.set_title(f"$z_{{{dimension + 1}}}$", fontsize=8, pad=2)
    for axes in panels[num_drawn:]:
        axes.set_axis_off()
    title = with_note(NO_PRIOR if prior is None else BESIDE_PRIOR, note)
    figure.suptitle(title, fontsize=9, color=INK)
    return figure


@default_look()
def loss_figure(metrics: Sequence[dict[str, Any]], losses: Sequence[str]) -> Figure:
    """Draw the loss of every phase, epoch by epoch.

    Args:
      metrics: One entry an epoch, with `epoch`, `validation_error` (the squared error
        per pixel alone) and the losses.
      losses: Their names, in the order of the phases. A reconstruction loss stands
        beside the validation error, any other first one alone. Further ones share a
        panel, where dotted lines are the losses at which a discriminator cannot tell
        codes from the prior; a classification, which is no game, has its own. So has
        the share of validation images that are read as another class.
    """
    groups = _panels(losses)
    if "classification_error" in metrics[0]:
        groups["validation images that are misread"] = ["classification_error"]
    figure = Figure(figsize=(4.5 * len(groups), 3.2), layout="constrained")
    panels = figure.subplots(1, len(groups), squeeze=False)[0]
    for axes, (title, names) in zip(panels, groups.items(), strict=True):
        for name, color in zip(names, cycle(COLORS), strict=False):
            _curve(axes, metrics, name, name.replace("_", " "), color)
        axes.set(title=title, xlabel="epoch")
        if title == GAME:
            _mark_undecided(axes)
        else:
            axes.set_yscale("log")
        axes.legend(frameon=False, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.title.set_fontsize(10)
    return figure


def _panels(losses: Sequence[str]) -> dict[str, list[str]]:
    """Return which curves stand in which panel, by its title.

    The validation error stands beside a reconstruction loss, which is the same error of
    training images, and otherwise alone.
    """
    first, *further = losses
    if first == "reconstruction":
        panels = {"error per pixel": [first, "validation_error"]}
    else:
        panels = {"loss": [first], "error per pixel": ["validation_error"]}
    game = [name for name in further if name != LABELED]
    if game:
        panels[GAME] = game
    return {**panels, "loss": [LABELED]} if LABELED in further else panels


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


def _histogram(axes: Axes, values: np.ndarray, samples: np.ndarray | None) -> None:
    shown = values if samples is None else np.concatenate([values, samples])
    reach = float(np.abs(shown).max()) or 1.0
    bins = np.linspace(-reach, reach, 41).tolist()
    axes.hist(values, bins=bins, density=True, color=CODES, alpha=0.6)
    if samples is not None:
        axes.hist(
            samples, bins=bins, density=True, histtype="step", color=PRIOR, lw=1.2
        )
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
