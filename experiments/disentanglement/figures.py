"""The figure of the report."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from aae_jax.plotting import CODES, INK, MUTED, PRIOR
from experiments.disentanglement.arms import MAIN
from experiments.disentanglement.measured import Measured
from experiments.disentanglement.tables import chosen


class Panel(NamedTuple):
    """A metric against the error: `near` is the range that the lower row shows."""

    metric: str
    title: str
    near: tuple[float, float]


PANELS = (
    Panel("content.prior", "content accuracy, prior samples", (0.86, 1.0)),
    Panel("leakage.mlp", "label leakage, MLP probe", (0.68, 0.84)),
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
    for panel, (whole, near) in zip(PANELS, figure.subplots(2, 2).T, strict=True):
        numbered = enumerate(shown.values(), start=1)
        clouds = [cloud_of(panel, number, one) for number, one in numbered]
        draw_panel(panel, whole, near, [cloud for cloud in clouds if cloud.points])
    listed = [
        Line2D([], [], label=f"{number}  {title}".replace("`", ""))
        for number, title in enumerate(shown, start=1)
    ]
    look: dict[str, Any] = {"handlelength": 0, "fontsize": 7.5, "frameon": False}
    figure.legend(handles=listed, loc="outside right center", **look)
    return figure


def cloud_of(panel: Panel, number: int, measured: Measured) -> Cloud:
    """Return the runs of a study as points (error, value of the panel's metric).

    A run whose networks diverged has neither, and no point.
    """
    error, metric = chosen("reconstruction.error")[0], chosen(panel.metric)[0]
    points = [
        (error.found_in(found)["value"], metric.found_in(found)["value"])
        for found in (result["metrics"] for result in measured.results)
    ]
    known = [point for point in points if None not in point]
    return Cloud(number, PRIOR if measured.study == MAIN else CODES, known)


def draw_panel(panel: Panel, whole: Axes, near: Axes, clouds: Sequence[Cloud]) -> None:
    """Draw all clouds, and below them those that lie near each other."""
    for cloud in clouds:
        ranges = zip(cloud.center, (NEAR_ERRORS, panel.near), strict=True)
        is_near = all(low < value < high for value, (low, high) in ranges)
        draw_cloud(whole, cloud, numbered=not is_near)
        draw_cloud(near, cloud, numbered=is_near)
    (left, right), (bottom, top) = NEAR_ERRORS, panel.near
    near.set(xlim=(left, right), ylim=(bottom, top))
    whole.indicate_inset((left, bottom, right - left, top - bottom), edgecolor=MUTED)
    whole.set_title(panel.title, fontsize=10)
    near.set_title("the frame above", fontsize=9, color=MUTED)
    near.set_xlabel("squared error per pixel, test images", color=MUTED, fontsize=9)
    for axes in (whole, near):
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))


def draw_cloud(axes: Axes, cloud: Cloud, *, numbered: bool) -> None:
    """Draw the runs of a study, tied to their mean, where its number stands."""
    for point in cloud.points:
        axes.plot(*zip(cloud.center, point, strict=True), lw=0.6, color=cloud.color)
    errors, values = zip(*cloud.points, strict=True)
    axes.scatter(errors, values, s=14, color=cloud.color, alpha=0.7)
    if numbered:
        place: dict[str, Any] = {"xytext": (4, 3), "textcoords": "offset points"}
        axes.annotate(str(cloud.number), cloud.center, **place, fontsize=8, color=INK)
