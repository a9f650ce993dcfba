"""How near a model comes to what is aimed at, as one number."""

from collections.abc import Mapping

GOALS: Mapping[str, tuple[float, float]] = {
    "leakage.mlp": (0.309, 0.20),
    "frechet.prior": (9.1, 4.5),
    "style.thickness": (0.823, 0.87),
    "reconstruction.error": (0.0132, 0.0105),
    "content.prior": (0.980, 0.991),
    "leakage.linear": (0.148, 0.135),
    "style.slant": (0.869, 0.92),
    "posterior.mmd2": (0.0031, 0.002),
    "posterior.mmd2_by_class": (0.0105, 0.004),
    "diversity.ratio": (0.88, 0.95),
}
"""Where `default` was before the search, and what is aimed at."""

WORST = -3.0
"""Of one metric: one that is far off does not decide alone."""


def score_of(metrics: Mapping[str, float | None]) -> float:
    """Return the mean over goals of the share of the way to each that was gone.

    0 where a model is as good as `default` was, 1 where it reaches every goal; no more
    than 1 and no less than `WORST` counts of a goal.
    """
    gone = []
    for name, (before, aim) in GOALS.items():
        value = metrics.get(name)
        share = WORST if value is None else (value - before) / (aim - before)
        gone.append(min(1.0, max(WORST, share)))
    return sum(gone) / len(gone)
