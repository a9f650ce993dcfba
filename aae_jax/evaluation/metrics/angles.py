"""Correlation of angles, which have no order and no ends."""

import numpy as np

from aae_jax.evaluation.metrics.handwriting import MIN_GROUP

_CONSTANT = 1e-9


def angle_correlation(
    before: np.ndarray, after: np.ndarray, group: np.ndarray
) -> float:
    """Return the circular correlation within groups, averaged by their sizes.

    Groups of fewer than five do not count; NaN where none is left.

    Args:
      before: An angle of each original [N], in radians.
      after: The same angle of what was made of it [N].
      group: Which are compared with each other [N] int.
    """
    parts = [np.flatnonzero(group == number) for number in np.unique(group)]
    parts = [part for part in parts if len(part) >= MIN_GROUP]
    if not parts:
        return float("nan")
    found = [circular_correlation(before[part], after[part]) for part in parts]
    return float(np.average(found, weights=[len(part) for part in parts]))


def circular_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Return the correlation of angles [N] with angles [N], from -1 to 1.

    The sum over pairs i, j of sin(a_i - a_j) sin(b_i - b_j), over its largest value
    (Fisher and Lee 1983); 0 where one of the two is constant.
    """
    n2 = len(a) ** 2
    # sin x sin y = (cos(x - y) - cos(x + y)) / 2, so the sums over pairs are lengths.
    together = _length2(a - b) - _length2(a + b)
    most = (n2 - _length2(2 * a)) * (n2 - _length2(2 * b))
    return float(together / np.sqrt(most)) if most > _CONSTANT * n2**2 else 0.0


def _length2(angles: np.ndarray) -> float:
    """Return the squared length of the sum of unit vectors at these angles [N]."""
    return float(np.square(np.abs(np.exp(1j * angles).sum())))
