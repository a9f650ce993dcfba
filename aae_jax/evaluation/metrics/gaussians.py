"""Gaussians fitted to rows of numbers."""

from typing import NamedTuple

import numpy as np


class Gaussian(NamedTuple):
    """Mean [D] and covariance [D, D], float64."""

    mean: np.ndarray
    covariance: np.ndarray


def gaussian_of(x: np.ndarray) -> Gaussian:
    """Return the Gaussian of at least two rows [N, D]; its covariance is unbiased."""
    x = np.asarray(x, np.float64)
    return Gaussian(x.mean(axis=0), np.atleast_2d(np.cov(x, rowvar=False)))


def symmetric_root(covariance: np.ndarray) -> np.ndarray:
    """Return the symmetric matrix [D, D] whose square a covariance is."""
    eigenvalues, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(eigenvalues.clip(0))) @ vectors.T


def sample_like(x: np.ndarray, rng: np.random.Generator, n: int) -> np.ndarray:
    """Draw n rows [n, D] from the Gaussian of x [N, D].

    NaN for fewer than two rows, or rows that are not finite.
    """
    if len(x) < 2 or not np.isfinite(x).all():
        return np.full((n, x.shape[1]), np.nan)
    mean, covariance = gaussian_of(x)
    drawn = rng.standard_normal((n, len(mean)))
    return mean + drawn @ symmetric_root(covariance)
