"""Parzen window log-likelihood: how probable images are near samples of a model.

Each sample becomes a Gaussian window, and their mixture is a density (Breuleux et al.
2011; Makhzani et al. 2015, section 3). Its width is chosen on other images than those
it is reported of. What it says is weak in many dimensions: Theis et al. 2016, arXiv
1511.01844, section 3.2.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

COARSE = tuple(np.geomspace(0.02, 2, 18))
"""Widths that are tried first: pixels in [0, 1]."""

NUM_FINE = 18
"""Widths that are tried between the neighbors of the best of them."""

_ROWS = 500


class Likelihood(NamedTuple):
    """Mean log-likelihood in nats, its standard error, and the width that was chosen.

    All are NaN where a sample is not finite.
    """

    mean: float
    standard_error: float
    width: float


def parzen_likelihood(
    samples: np.ndarray, validation: np.ndarray, images: np.ndarray
) -> Likelihood:
    """Return the log-likelihood of images [N, ...] beside samples [S, ...] of a model.

    Args:
      samples: Centers of the windows, in [0, 1].
      validation: Images [M, ...] in [0, 1] on which the width is chosen.
      images: What it is reported of, at least two, in [0, 1].
    """
    if not np.isfinite(samples).all():
        return Likelihood(*[float("nan")] * 3)
    width = best_width(samples, validation)
    found = log_densities(samples, images, (width,))[0]
    error = found.std(ddof=1) / math.sqrt(len(found))
    return Likelihood(float(found.mean()), float(error), width)


def best_width(samples: np.ndarray, validation: np.ndarray) -> float:
    """Return the width at which images [M, ...] are most probable beside samples.

    The best of a coarse grid in log scale, then of a fine one between its neighbors,
    3 percent apart.
    """
    coarse = log_densities(samples, validation, COARSE).mean(axis=1).argmax()
    low, high = max(coarse - 1, 0), min(coarse + 1, len(COARSE) - 1)
    fine = np.geomspace(COARSE[low], COARSE[high], NUM_FINE)
    return float(fine[log_densities(samples, validation, fine).mean(axis=1).argmax()])


def log_densities(
    samples: np.ndarray, images: np.ndarray, widths: tuple[float, ...] | np.ndarray
) -> np.ndarray:
    """Return log p(x) in nats of images [N, ...] at each width: [W, N] float64.

    p(x) is the mean over samples s [S, ...] of N(x; s, width^2 I). Row by row in
    blocks: no more than 500 rows of distances are held.
    """
    centers = jnp.float32(samples.reshape(len(samples), -1))
    flat = images.reshape(len(images), -1).astype(np.float32)
    widths = np.asarray(widths, np.float64)
    rows = [
        _log_sums(centers, jnp.float32(part), jnp.float32(widths))
        for part in np.split(flat, range(_ROWS, len(flat), _ROWS))
    ]
    sums = np.concatenate([np.asarray(row, np.float64) for row in rows], axis=1)
    scale = flat.shape[1] * np.log(widths * math.sqrt(2 * math.pi))
    return sums - math.log(len(samples)) - scale[:, None]


@jax.jit
def _log_sums(centers: jax.Array, images: jax.Array, widths: jax.Array) -> jax.Array:
    """Return log sum_s exp(-|x - s|^2 / (2 width^2)): [W, N]."""
    products = jnp.matmul(images, centers.T, precision="highest")
    squares = jnp.sum(images**2, axis=1)[:, None] + jnp.sum(centers**2, axis=1)[None]
    distances = jnp.maximum(squares - 2 * products, 0)

    def at(width: jax.Array) -> jax.Array:
        return jax.nn.logsumexp(-distances / (2 * width**2), axis=1)

    return jax.lax.map(at, widths)
