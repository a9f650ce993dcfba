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
    """Draw independence against reconstruction: a dot a run, a number a study."""
    shown = list(dict.fromkeys(one.study.title for one in measured if one.results))
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    for axes, (group, name, title) in zip(figure.subplots(1, 2), PANELS, strict=True):
        for study, results in measured:
            if not results:
                continue
            errors = [r["metrics"]["reconstruction"]["error"]["value"] for r in results]
            values = [r["metrics"][group][name]["value"] for r in results]
            color = PRIOR if study == MAIN else CODES
            axes.scatter(errors, values, s=14, color=color, alpha=0.7)
            center = sum(errors) / len(errors), sum(values) / len(values)
            number = shown.index(study.title) + 1
            offset = {"xytext": (4, 3), "textcoords": "offset points"}
            axes.annotate(str(number), center, fontsize=8, color=INK, **offset)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("squared error per pixel, test images", color=MUTED, fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
    names = [f"{number}  {title}" for number, title in enumerate(shown, start=1)]
    listed = "\n".join(names).replace("`", "")
    anchor = {"ha": "left", "va": "center", "transform": axes.transAxes}
    axes.text(1.06, 0.5, listed, fontsize=7.5, color=INK, linespacing=1.7, **anchor)
    return figure
