"""Sample quality: the Frechet distance between two sets of features."""

import numpy as np

from aae_jax.evaluation.metrics.gaussians import gaussian_of, symmetric_root


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Return the Frechet distance of Gaussians fitted to features [N, D] and [M, D].

    |m_a - m_b|^2 + tr(C_a + C_b - 2 (C_a C_b)^(1/2)), as Heusel et al. 2017 take it of
    Inception features. Of other features it has another scale: compare only distances
    of one classifier and about the same numbers of images. NaN for fewer than two, or
    features that are not finite.
    """
    if min(len(a), len(b)) < 2 or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return float("nan")
    (mean_a, cov_a), (mean_b, cov_b) = gaussian_of(a), gaussian_of(b)
    # The root's trace is that of a symmetric matrix: real, whatever the rounding.
    root = symmetric_root(cov_a)
    eigenvalues = np.linalg.eigvalsh(root @ cov_b @ root)
    overlap = np.sqrt(eigenvalues.clip(0)).sum()
    distance = np.square(mean_a - mean_b).sum() + np.trace(cov_a + cov_b) - 2 * overlap
    return max(float(distance), 0.0)
