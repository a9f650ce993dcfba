"""What is measured, in words: one entry a metric, for tables, figures and JSON."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

CREDIBLE_CONTENT = 0.9
"""Below this content accuracy, what style and quality say is about wrong digits."""

FEW_IMAGES = 150
"""Of fewer images than this, scores are rough."""


@dataclass(frozen=True)
class Measure:
    """One score between the floor and the ceiling that were measured beside it.

    Attributes:
      value: The score; None where it cannot be had, and `reason` says why.
      floor: The lowest score to expect; `Metric.floor` says of what.
      ceiling: The highest score to expect; `Metric.ceiling` says of what.
      reason: Why there is no value; None where there is one.
    """

    value: float | None
    floor: float | None = None
    ceiling: float | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Metric:
    """A metric in words.

    What is called a prior sample is, of a model without a prior, a sample of the
    Gaussian of its train codes.

    Attributes:
      group: Where it stands in the JSON: metrics[group][name].
      name: Its name in the group.
      title: What a person calls it, in few letters.
      floor: What its floor is of.
      ceiling: What its ceiling is of.
      good: Which of the two is the good one.
      digits: Decimals to print.
      squared: True if it is the square of a distance, which a figure shows better.
      two_sided: True if above its ceiling is as bad as below.
    """

    group: str
    name: str
    title: str
    floor: str
    ceiling: str
    good: Literal["floor", "ceiling"] = "ceiling"
    digits: int = 3
    squared: bool = False
    two_sided: bool = False

    @property
    def needs_content(self) -> bool:
        """True if it says nothing where the wrong contents are painted."""
        return (self.group, self.name) in _NEEDS_CONTENT

    def text(self, value: float) -> str:
        """Return a score as it is printed; what rounds to 0 has no sign."""
        return f"{value:z.{self.digits}f}"

    def is_in(self, metrics: dict[str, Any]) -> bool:
        """Return whether it was measured; some are of some algorithms alone."""
        return self.group in metrics

    def found_in(self, metrics: dict[str, Any]) -> dict[str, Any]:
        """Return its {value, floor, ceiling, reason} out of all metrics."""
        return metrics[self.group][self.name] if self.is_in(metrics) else ABSENT


ABSENT = asdict(Measure(None))
"""What is found of a metric that does not apply to an algorithm."""


def _distance(
    group: str, name: str, title: str, floor: str, ceiling: str, digits: int
) -> Metric:
    return Metric(group, name, title, floor, ceiling, "floor", digits, squared=True)


METRICS = (
    Metric(
        "classification",
        "error",
        "classification error",
        "perfect",
        "chance",
        good="floor",
        digits=4,
    ),
    Metric("components", "nearest", "in own component", "chance", "prior samples"),
    _distance("components", "mmd2", "  MMD^2 to it", "prior samples", "one point", 4),
    Metric("content", "prior", "content, prior samples", "chance", "real images"),
    Metric("content", "swap", "content, swaps", "chance", "real images"),
    Metric(
        "content", "reconstruction", "content, reconstructed", "chance", "real images"
    ),
    Metric(
        "leakage", "linear", "leakage, linear", "majority", "real images", good="floor"
    ),
    Metric("leakage", "mlp", "leakage, MLP", "majority", "real images", good="floor"),
    Metric("style", "slant", "style kept, slant", "shuffled", "own label"),
    Metric("style", "thickness", "style kept, thickness", "shuffled", "own label"),
    Metric("hues", "ink", "style kept, ink hue", "shuffled", "true hue"),
    Metric("hues", "ground", "style kept, ground hue", "shuffled", "true hue"),
    _distance("posterior", "mmd2", "posterior MMD^2", "prior samples", "one point", 4),
    _distance(
        "posterior",
        "mmd2_by_class",
        "  within classes",
        "prior samples",
        "one point",
        4,
    ),
    _distance("frechet", "prior", "Frechet distance", "train images", "class means", 1),
    _distance(
        "frechet", "multiple", "  as a multiple", "train images", "class means", 1
    ),
    _distance(
        "frechet", "reconstruction", "  reconstructed", "train images", "class means", 1
    ),
    _distance("reconstruction", "error", "error per pixel", "perfect", "mean image", 4),
    Metric(
        "diversity",
        "ratio",
        "diversity",
        "z ignored",
        "real images",
        digits=2,
        two_sided=True,
    ),
)
"""In the order of tables and figures."""

_NEEDS_CONTENT = (
    ("style", "slant"),
    ("style", "thickness"),
    ("hues", "ink"),
    ("hues", "ground"),
    ("frechet", "prior"),
    ("frechet", "multiple"),
)


def measure(
    value: float,
    floor: float | None = None,
    ceiling: float | None = None,
    *,
    reason: str = "it is not defined on these images",
) -> Measure:
    """Return a measure in which NaN is None: of the value for the reason given."""
    finite = _finite(value)
    return Measure(
        finite, _finite(floor), _finite(ceiling), reason if finite is None else None
    )


def measured_in(evaluations: Sequence[dict[str, Any]]) -> list[Metric]:
    """Return the metrics, in order, that any of some evaluations' `metrics` has."""
    return [
        metric
        for metric in METRICS
        if any(metric.is_in(metrics) for metrics in evaluations)
    ]


def counts(metric: Metric, metrics: dict[str, Any]) -> bool:
    """Return whether contents are painted well enough for this metric to mean anything.

    `metrics` are all those of one evaluation. Without labels nobody can say.
    """
    found = [metrics["content"][name]["value"] for name in ("prior", "swap")]
    painted = [value for value in found if value is not None]
    return not metric.needs_content or min(painted, default=1) >= CREDIBLE_CONTENT


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
