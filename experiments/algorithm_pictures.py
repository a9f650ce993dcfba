"""Draw the pictures of docs/algorithms, small enough for a page.

    python -m experiments.algorithm_pictures [NAME ...]

Runs on the 8 x 8 digits are trained where they are missing, about a minute each; those
on MNIST are taken from `experiments.paper`, and left out where they are missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import matplotlib as mpl
import numpy as np
import tyro
from matplotlib.figure import Figure
from PIL import Image

from aae_jax import load_dataset, load_run
from aae_jax.commands.console import run_command
from aae_jax.core.components import Components
from aae_jax.core.mixture import Mixture
from aae_jax.core.priors import Gaussian
from aae_jax.core.swiss_roll import SwissRoll
from aae_jax.plotting import MUTED, default_look, figure_of, save_figure
from aae_jax.runs.journal import read_metrics
from aae_jax.runs.recorder import take_pictures
from experiments.trained import ROOT, Arm, trained

FOLDER = Path("docs/pictures/algorithms")
COLORS, DPI, SIDE = 16, 75, 560
"""Of pictures: enough for a page, under 100 KB."""


class Shown(NamedTuple):
    """A picture of `core.pictures`, by its name, of a run.

    Attributes:
      picture: Its name in `config.pictures`.
      arm: What the run trained.
      seed: From which seed.
    """

    picture: str
    arm: Arm
    seed: int = 0


PICTURES = {
    "styles": Shown("style_grid", Arm("semi_supervised", "mnist", name="semi-100"), 10),
    "mixture": Shown(
        "plane", Arm("mixture_labeled", "mnist", name="mixture_labeled"), 10
    ),
    "petals": Shown(
        "components", Arm("mixture_labeled", "mnist", name="mixture_labeled"), 10
    ),
    "manifold": Shown("map", Arm("manifold", "digits")),
    "clusters": Shown("clusters", Arm("clustering", "digits")),
    "heads": Shown("plane", Arm("reduction", "digits")),
}


@dataclass(frozen=True)
class Arguments:
    """Draw the pictures of docs/algorithms."""

    names: tyro.conf.Positional[tuple[str, ...]] = ("priors", *PICTURES)
    """Which of them."""

    paper: Path = Path("runs/paper")
    """Where the runs of experiments.paper are."""


def main(argv: Sequence[str]) -> int:
    """Draw what was asked for; returns the status."""
    asked = tyro.cli(Arguments, args=argv)
    for name in asked.names:
        if name == "priors":
            save(priors_figure(), name)
        elif run := run_of(PICTURES[name], asked.paper):
            save(run_figure(run, PICTURES[name]), name)
    return 0


def run_of(shown: Shown, paper: Path) -> Path | None:
    """Return the run of a picture, trained if it is small; None if it is missing."""
    if shown.arm.dataset == "digits":
        return trained(shown.arm, shown.seed, ROOT)[0]
    run = shown.arm.run(shown.seed, paper)
    if not (run / "metrics.jsonl").exists():
        print(f"{run} is missing: python -m experiments.paper trains it")
        return None
    return run


def run_figure(run: Path, shown: Shown) -> Figure:
    """Draw a picture of a run as it is."""
    config, params = load_run(run)
    splits = load_dataset(shown.arm.dataset)
    epoch = read_metrics(run)[-1]["epoch"]
    title = f"epoch {epoch} of {config.epochs}"
    picture = take_pictures(config, params, splits)[shown.picture]
    return figure_of(picture, title=title, class_names=splits.class_names)


@default_look()
def priors_figure() -> Figure:
    """Draw samples of the priors in the plane, each component in a color."""
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    priors: tuple[Gaussian | Components, ...] = (Gaussian(), Mixture(), SwissRoll())
    for axes, prior in zip(figure.subplots(1, 3), priors, strict=True):
        labels = np.arange(3000) % 10
        key = jax.random.key(0)
        if isinstance(prior, Gaussian):
            z, colors = prior.sample(key, 3000, 2), mpl.colors.to_rgba_array("C0")
        else:
            z = prior.sample_given(key, jnp.asarray(labels), 2)
            colors = mpl.colormaps["tab10"](labels)
        axes.scatter(*np.asarray(z).T, s=3, color=colors, linewidths=0)
        axes.set_aspect("equal")
        axes.set_title(prior.kind, fontsize=10)
        axes.tick_params(labelsize=7, colors=MUTED)
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def save(figure: Figure, name: str) -> None:
    """Write a figure in few colors and say where."""
    path = save_figure(figure, FOLDER / f"{name}.png", DPI)
    with Image.open(path) as picture:
        small = picture.convert("RGB")
    small.thumbnail((SIDE, SIDE))
    few = small.quantize(COLORS)
    few.save(path, optimize=True)
    print(f"{path}, {path.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    run_command(main)
