"""Posterior match: do the codes look like samples of the prior?"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

SCALES = (0.2, 0.5, 1.0, 2.0, 5.0)
MAX_CODES = NUM_SAMPLES = 4000
_ROWS = 500


class Moments(NamedTuple):
    """Mean and standard deviation of each dimension [Z], in sigmas: 0 and 1 match."""

    mean: np.ndarray
    std: np.ndarray


def moments(z: np.ndarray) -> Moments:
    """Return the moments of standardized codes [N, Z]."""
    return Moments(z.mean(axis=0), z.std(axis=0))


def mmd2(z: np.ndarray, samples: np.ndarray) -> float:
    """Return the unbiased MMD^2 of codes [N, Z] to samples [M, Z], both over sigma.

    The kernel is the sum over c in (0.2, 0.5, 1, 2, 5) of s / (s + |a - b|^2) with
    s = 2 c Z. Unbiased, so it may fall below 0 where the two match (Gretton et al.
    2012, lemma 6). NaN for fewer than two codes or samples.
    """
    return float(mmd2_by_group(z, np.ones((len(z), 1)), samples)[0])


def mmd2_by_class(
    z: np.ndarray, labels: np.ndarray, samples: np.ndarray, num_classes: int
) -> np.ndarray:
    """Return the MMD^2 of each class's codes: [K], NaN for fewer than two codes."""
    return mmd2_by_group(z, np.eye(num_classes)[labels], samples)


def mmd2_by_group(
    z: np.ndarray, members: np.ndarray, samples: np.ndarray
) -> np.ndarray:
    """Return the MMD^2 of each group of codes, `members` [N, G] of 0 and 1: [G]."""
    counts, num_samples = members.sum(axis=0), len(samples)
    everyone = np.ones((num_samples, 1))
    within = (members * kernel_sums(z, z, members)).sum(axis=0) - _SELF * counts
    across = (members * kernel_sums(z, samples, everyone)).sum(axis=0)
    among = kernel_sums(samples, samples, everyone).sum() - _SELF * num_samples
    with np.errstate(divide="ignore", invalid="ignore"):
        return (
            within / (counts * (counts - 1))
            + np.float64(among) / (num_samples * (num_samples - 1))
            - 2 * across / (counts * num_samples)
        )


def kernel_sums(a: np.ndarray, b: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Sum k(a_i, b_j) over the j of each group: a [N, Z], b [M, Z] to [N, G] float64.

    Row by row in blocks: the whole matrix is never held.
    """
    block = partial(_kernel_sums, b=jnp.float32(b), members=jnp.float32(members))
    rows = [
        block(jnp.float32(part)) for part in np.split(a, range(_ROWS, len(a), _ROWS))
    ]
    return np.concatenate([np.asarray(row, np.float64) for row in rows])


_SELF = float(len(SCALES))
"""k(a, a): each term of the kernel is 1 there."""


@jax.jit
def _kernel_sums(a: jax.Array, b: jax.Array, members: jax.Array) -> jax.Array:
    squares = jnp.sum(jnp.square(a[:, None] - b[None]), axis=-1)
    scales = [2 * c * a.shape[1] for c in SCALES]
    kernel = sum((s / (s + squares) for s in scales), start=jnp.zeros_like(squares))
    return jnp.dot(kernel, members, precision="highest")
