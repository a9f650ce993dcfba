"""Which runs the tables are made of, the most important first."""

from typing import Any, NamedTuple

from aae_jax.algorithms.recipes import RECIPES
from experiments.paper.scores import (
    COMPONENTS,
    ERROR,
    FEW_DIGITS,
    FEW_LABELS,
    LIKELIHOOD,
    Score,
)
from experiments.trained import Arm

LONG, PAPER = "semi_supervised_long", "semi_supervised_paper"

ALL = 55_000
"""Labels of MNIST's training split."""

FRESH = 10
"""The first seed, and draw of labels, that was not used in choosing settings."""

LABELED = ("--seed", "--label-seed")
"""Each seed draws labels of its own."""


class Study(NamedTuple):
    """A row of a table: one arm from several seeds, and what it is compared with.

    Attributes:
      table: Name of its table.
      title: What the row is called.
      arm: What is trained.
      seeds: From which seeds.
      score: What is measured.
      hours: One run takes about so long on two idle cores.
      paper: The paper's figure; (?) where it was not read in the paper itself.
      others: That of the best open code.
      goal: What is aimed at, as the score is shown.
    """

    table: str
    title: str
    arm: Arm
    seeds: tuple[int, ...]
    score: Score
    hours: float
    paper: str = ""
    others: str = ""
    goal: float | None = None

    @property
    def name(self) -> str:
        """What its runs are called, but for the seed."""
        return f"{self.arm.dataset}-{self.arm.title}"

    @property
    def has_recipe(self) -> bool:
        """True if this version has its recipe."""
        return self.arm.recipe in RECIPES


def seeds(count: int) -> tuple[int, ...]:
    """Return so many seeds that were not used in choosing settings."""
    return tuple(range(FRESH, FRESH + count))


def labeled(
    recipe: str, name: str, num_labels: int, count: int, hours: float, **known: Any
) -> Study:
    """Return a semi-supervised recipe with so many labels of MNIST."""
    flags = ("--num-labels", str(num_labels))
    labels = "all" if num_labels == ALL else f"{num_labels:,}"
    added = "" if recipe == PAPER else ", with consistency"
    title = f"{labels} labels, `{recipe}`{added}"
    arm = Arm(recipe, "mnist", name=name, changes=flags, seeded=LABELED)
    return Study(
        "semi_supervised", title, arm, seeds(count), FEW_LABELS, hours, **known
    )


def on_mnist(recipe: str, name: str, flags: str = "", labels: bool = False) -> Arm:
    """Return a recipe on MNIST, whose seeds draw labels of their own if it has any."""
    seeded = LABELED if labels else ("--seed",)
    return Arm(recipe, "mnist", name=name, changes=tuple(flags.split()), seeded=seeded)


FEW = {"paper": "1.90 ± 0.10", "others": "3.8"}
MORE = {"paper": "1.60 ± 0.08", "others": "2.9"}
EVERY = {"paper": "0.85 ± 0.02", "others": "1.04"}
"""Errors with 100, 1,000 and all labels."""

WITHIN_30_MINUTES = (
    labeled("semi_supervised", "semi-100", 100, 5, 0.3, **FEW, goal=3.0),
    labeled("semi_supervised", "semi-1000", 1000, 3, 0.3, **MORE, goal=2.0),
    labeled("semi_supervised", "semi-all", ALL, 3, 0.3, **EVERY, goal=1.2),
)
TO_THE_END = (
    labeled(LONG, "semi-long-100", 100, 1, 3, **FEW, goal=1.9),
    labeled(LONG, "semi-long-1000", 1000, 1, 3, **MORE, goal=1.6),
)
LAST = (
    labeled(LONG, "semi-long-all", ALL, 1, 3, **EVERY, goal=0.85),
    labeled(PAPER, "semi-paper-100", 100, 1, 10, **FEW),
    labeled(PAPER, "semi-paper-1000", 1000, 1, 10, **MORE),
    labeled(PAPER, "semi-paper-all", ALL, 1, 10, **EVERY),
)
HUNDRED = ("--num-labels", "100")
DIGITS = Study(
    "semi_supervised",
    "100 labels, 8 x 8 `digits`",
    Arm("semi_supervised", "digits", None, "semi-100", HUNDRED, LABELED),
    seeds(5),
    FEW_DIGITS,
    0.03,
)


def prior(title: str, arm: Arm, **known: Any) -> Study:
    """Return a study of a prior of a chosen shape."""
    return Study("priors", title, arm, seeds(3), COMPONENTS, 0.2, **known)


ALL_LABELS = f"--num-labels {ALL}"
MIXTURE, ROLL = "mixture_labeled", "swiss_roll_labeled"
PRIORS = (
    prior("mixture, 10,000 labels", on_mnist(MIXTURE, MIXTURE, labels=True), goal=95.0),
    prior("swiss roll, 10,000 labels", on_mnist(ROLL, ROLL, labels=True), goal=95.0),
    prior("mixture, all labels", on_mnist(MIXTURE, "mixture_all", ALL_LABELS, True)),
    prior("swiss roll, all labels", on_mnist(ROLL, "swiss_roll_all", ALL_LABELS, True)),
    prior("mixture, no labels", on_mnist("mixture", "mixture")),
    prior("swiss roll, no labels", on_mnist("swiss_roll", "swiss_roll")),
)


def reduction(title: str, arm: Arm, **known: Any) -> Study:
    """Return a study of codes of few dimensions."""
    score = FEW_LABELS if arm.seeded == LABELED else ERROR
    return Study("reduction", title, arm, seeds(3), score, 0.3, **known)


REDUCTION = (
    reduction(
        "1,000 labels",
        on_mnist("reduction", "reduction-1000", "--num-labels 1000", labels=True),
        goal=4.2,
        paper="4.20 (?)",
    ),
    reduction(
        "100 labels",
        on_mnist("reduction", "reduction-100", "--num-labels 100", labels=True),
        goal=6.0,
        paper="6.08 (?)",
        others="20",
    ),
    reduction(
        "20 clusters, no labels",
        on_mnist("reduction_clusters", "reduction-20"),
        goal=13.5,
        paper="13.5",
    ),
    reduction(
        "1,000 labels, 10-D, W = 10 I",
        on_mnist(
            "reduction",
            "reduction-10d",
            "--num-labels 1000 --latent-dim 10 --head-places axes "
            "--head-distance 14.142",
            labels=True,
        ),
    ),
)


def clusters(number: int, width: int, hours: float, **known: Any) -> Study:
    """Return the clustering of MNIST, without labels, by networks of this width."""
    flags = f"--prior.number {number} --hidden-dim {width}"
    arm = on_mnist("clustering", f"clustering-{number}-{width}", flags)
    title = f"{number} clusters, width {width:,}"
    return Study("clustering", title, arm, seeds(3), ERROR, hours, **known)


SIXTEEN = {"paper": "9.55 ± 2.05 (?)", "others": "17", "goal": 9.5}
THIRTY = {"paper": "4.10 ± 1.13 (?)", "others": "17", "goal": 4.1}
CLUSTERING = (
    clusters(16, 1000, 1, **SIXTEEN),
    clusters(30, 1000, 1, **THIRTY),
    clusters(16, 3000, 6, **SIXTEEN),
    clusters(30, 3000, 6, **THIRTY),
)

LIKELIHOODS = (
    Study(
        "likelihood",
        "MNIST, `unsupervised` with 8-D codes",
        on_mnist("unsupervised", "likelihood", "--latent-dim 8"),
        seeds(3),
        LIKELIHOOD,
        0.3,
        "340 ± 2 (?)",
    ),
    Study(
        "likelihood",
        "8 x 8 `digits`, `unsupervised`",
        Arm("unsupervised", "digits", name="likelihood"),
        seeds(3),
        LIKELIHOOD,
        0.02,
    ),
)

STUDIES = (
    *WITHIN_30_MINUTES,
    DIGITS,
    *PRIORS,
    *TO_THE_END,
    *REDUCTION,
    *LIKELIHOODS,
    *CLUSTERING,
    *LAST,
)
TABLES = tuple(dict.fromkeys(study.table for study in STUDIES))
