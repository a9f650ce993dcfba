"""The figure of the report."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from aae_jax.plotting import CODES, INK, MUTED, PRIOR
from experiments.disentanglement.arms import MAIN
from experiments.disentanglement.tables import Measured

PANELS = (
    ("content", "prior", "content accuracy, prior samples"),
    ("leakage", "mlp", "label leakage, MLP probe"),
)


def trade_off_figure(measured: Sequence[Measured]) -> Figure:
    """Draw independence against reconstruction: one dot a run, named by its study."""
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    for axes, (group, name, title) in zip(figure.subplots(1, 2), PANELS, strict=True):
        for study, results in measured:
            errors = [r["metrics"]["reconstruction"]["error"]["value"] for r in results]
            values = [r["metrics"][group][name]["value"] for r in results]
            color = PRIOR if study == MAIN else CODES
            axes.scatter(errors, values, s=14, color=color, alpha=0.7)
            if results:
                center = sum(errors) / len(errors), sum(values) / len(values)
                label = study.title.replace("`", "")
                axes.annotate(
                    label,
                    center,
                    xytext=(4, 3),
                    textcoords="offset points",
                    fontsize=6.5,
                    color=INK,
                )
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("squared error per pixel, test images", color=MUTED, fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
    return figure
