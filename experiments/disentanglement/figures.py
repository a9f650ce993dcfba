"""The figure of the report."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from aae_jax.plotting import CODES, INK, MUTED, PRIOR
from experiments.disentanglement.arms import MAIN
from experiments.disentanglement.tables import Measured


class Panel(NamedTuple):
    """A metric against the error: `near` is the range that the lower row shows."""

    group: str
    name: str
    title: str
    near: tuple[float, float]


PANELS = (
    Panel("content", "prior", "content accuracy, prior samples", (0.86, 1.0)),
    Panel("leakage", "mlp", "label leakage, MLP probe", (0.68, 0.84)),
)

NEAR_ERRORS = (0.0127, 0.0172)
"""Squared errors that the lower row shows, where most of the ablations lie."""


class Cloud(NamedTuple):
    """The runs of one study in one panel: a point each."""

    number: int
    color: str
    points: list[tuple[float, float]]

    @property
    def center(self) -> tuple[float, float]:
        """The mean of the runs."""
        errors, values = zip(*self.points, strict=True)
        return sum(errors) / len(errors), sum(values) / len(values)


def trade_off_figure(measured: Sequence[Measured]) -> Figure:
    """Draw independence against reconstruction: a dot a run, a number a study."""
    shown = {one.study.title: one for one in measured if one.results}
    figure = Figure(figsize=(10, 7.2), layout="constrained")
    grid = figure.subplots(2, 2)
    for panel, (whole, near) in zip(PANELS, grid.T, strict=True):
        for number, one in enumerate(shown.values(), start=1):
            if not (cloud := cloud_of(panel, number, one)).points:
                continue
            close = is_near(panel, cloud)
            draw_cloud(whole, cloud, numbered=not close)
            draw_cloud(near, cloud, numbered=close)
        near.set(xlim=NEAR_ERRORS, ylim=panel.near)
        frame(whole, panel)
        whole.set_title(panel.title, fontsize=10)
        near.set_title("the frame above", fontsize=9, color=MUTED)
        near.set_xlabel("squared error per pixel, test images", color=MUTED, fontsize=9)
        for axes in (whole, near):
            axes.spines[["top", "right"]].set_visible(False)
            axes.tick_params(labelsize=8)
            axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    listed = [
        Line2D([], [], label=f"{number}  {title}".replace("`", ""))
        for number, title in enumerate(shown, start=1)
    ]
    figure.legend(
        handles=listed,
        loc="outside right center",
        handlelength=0,
        fontsize=7.5,
        frameon=False,
    )
    return figure


def cloud_of(panel: Panel, number: int, measured: Measured) -> Cloud:
    """Return the runs of a study as points (error, value of the panel's metric).

    A run whose networks diverged has neither, and no point.
    """
    points = [
        (
            result["metrics"]["reconstruction"]["error"]["value"],
            result["metrics"][panel.group][panel.name]["value"],
        )
        for result in measured.results
    ]
    known = [point for point in points if None not in point]
    return Cloud(number, PRIOR if measured.study == MAIN else CODES, known)


def is_near(panel: Panel, cloud: Cloud) -> bool:
    """Whether the mean of the runs lies in the range of the lower row."""
    ranges = zip(cloud.center, (NEAR_ERRORS, panel.near), strict=True)
    return all(low < value < high for value, (low, high) in ranges)


def frame(axes: Axes, panel: Panel) -> None:
    """Draw a frame around what the lower row shows."""
    (left, right), (bottom, top) = NEAR_ERRORS, panel.near
    bounds = (left, bottom, right - left, top - bottom)
    axes.indicate_inset(bounds, edgecolor=MUTED)


def draw_cloud(axes: Axes, cloud: Cloud, numbered: bool) -> None:
    """Draw the runs of a study, tied to their mean, where its number stands."""
    for point in cloud.points:
        axes.plot(*zip(cloud.center, point, strict=True), lw=0.6, color=cloud.color)
    errors, values = zip(*cloud.points, strict=True)
    axes.scatter(errors, values, s=14, color=cloud.color, alpha=0.7)
    if numbered:
        axes.annotate(
            str(cloud.number),
            cloud.center,
            xytext=(4, 3),
            textcoords="offset points",
            fontsize=8,
            color=INK,
        )
