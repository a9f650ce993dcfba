"""Style preservation: slant and thickness of handwriting, before and after a swap.

Length and area of the ink depend on which digit is written; these two much less, and
comparing only within one pair of digits takes the rest away. Width, height and size
are for comparing within a digit. Images are gray.
"""

import jax
import numpy as np

UPSAMPLING = 4
MIN_GROUP = 5
_CONSTANT = 1e-5
_TILES = 250


def slant(images: np.ndarray) -> np.ndarray:
    """Return the slant of the ink in images [N, H, W, 1], bright on dark: [N] radians.

    The angle of the shear that the second moments show, positive where strokes lean
    to the right (Castro et al. 2019, arXiv 1809.10780); 0 where there is no ink, NaN
    where pixels are not finite.
    """
    variance, covariance, _ = _moments(images)
    return np.arctan2(-covariance, np.where(variance > 0, variance, 1))


def width(images: np.ndarray) -> np.ndarray:
    """Return the width of the ink in images [N, H, W, 1], in pixels: [N].

    That of an even bar as broad as the second moment shows, the slant taken out.
    """
    down, covariance, across = _moments(images)
    upright = across - covariance**2 / np.where(down > 0, down, 1)
    return np.sqrt(12 * np.maximum(upright, 0))


def height(images: np.ndarray) -> np.ndarray:
    """Return the height of the ink in images [N, H, W, 1], in pixels: [N].

    That of an even bar as high as the second moment shows.
    """
    return np.sqrt(12 * _moments(images)[0])


def size(images: np.ndarray) -> np.ndarray:
    """Return the root of width times height of the ink [N, H, W, 1], in pixels: [N]."""
    return np.sqrt(width(images) * height(images))


def _moments(images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the second moments of the ink down, mixed and across: [N] each.

    0 where there is no ink, NaN where pixels are not finite.
    """
    images = np.asarray(images, np.float64).squeeze(-1)
    ink = np.maximum(images.sum(axis=(1, 2)), np.finfo(float).tiny)
    rows, columns = (np.arange(side, dtype=float) for side in images.shape[1:])
    mean_row = images.sum(axis=2) @ rows / ink
    mean_column = images.sum(axis=1) @ columns / ink
    y, x = rows - mean_row[:, None], columns - mean_column[:, None]
    mixed = np.einsum("nhw,nh,nw->n", images, y, x, optimize=True)
    down = np.einsum("nhw,nh->n", images, np.square(y), optimize=True)
    across = np.einsum("nhw,nw->n", images, np.square(x), optimize=True)
    return down / ink, mixed / ink, across / ink


def thickness(images: np.ndarray) -> np.ndarray:
    """Return the mean thickness of strokes in images [N, H, W, 1], in pixels: [N].

    Twice the mean distance from the medial axis to the edge of the ink, on images
    enlarged four times and cut at half their own brightest (Castro et al. 2019); 0
    where there is no ink, NaN where pixels are not finite.
    """
    gray = images.squeeze(-1)
    parts = np.split(gray, range(_TILES, len(gray), _TILES))
    return np.concatenate([_thickness(part) for part in parts])


def _thickness(images: np.ndarray) -> np.ndarray:
    from skimage.morphology import medial_axis

    ink = np.pad(_binary(images), ((0, 0), (1, 1), (1, 1)))
    # One call for one tall picture: each call costs more than what is in it.
    axis, distance = medial_axis(
        ink.reshape(-1, ink.shape[2]), return_distance=True, rng=0
    )
    axis, distance = axis.reshape(ink.shape), distance.reshape(ink.shape)
    length = axis.sum(axis=(1, 2))
    total = (axis * distance).sum(axis=(1, 2))
    found = 2 * total / np.maximum(length, 1) / UPSAMPLING
    return np.where(np.isfinite(images).all(axis=(1, 2)), found, np.nan)


def _binary(images: np.ndarray) -> np.ndarray:
    """Return where ink is in images [N, H, W]: [N, 4 H, 4 W] bool."""
    n, height, width = images.shape
    shape = (n, UPSAMPLING * height, UPSAMPLING * width)
    large = np.asarray(jax.image.resize(images, shape, method="cubic"))
    brightest = large.max(axis=(1, 2), keepdims=True)
    return (large >= brightest / 2) & (brightest > 0)


def rank_correlation(before: np.ndarray, after: np.ndarray, group: np.ndarray) -> float:
    """Return the Spearman correlation within groups, averaged by their sizes.

    A group whose `after` is constant preserves nothing and counts as 0. Groups of
    fewer than five, or whose `before` is constant, say nothing and do not count; NaN
    where none is left.

    Args:
      before: A score of each original [N].
      after: The same score of what was made of it [N].
      group: Which are compared with each other [N] int.
    """
    parts = [np.flatnonzero(group == number) for number in np.unique(group)]
    parts = [part for part in parts if len(part) >= MIN_GROUP]
    parts = [part for part in parts if np.ptp(before[part]) > _CONSTANT]
    if not parts:
        return float("nan")
    sizes = [len(part) for part in parts]
    found = [_spearman(before[part], after[part]) for part in parts]
    return float(np.average(found, weights=sizes))


def shuffled_within(
    values: np.ndarray, group: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return values [N] shuffled among the members of each group [N]."""
    shuffled = np.empty_like(values)
    by_group = np.argsort(group, kind="stable")
    at_random = np.lexsort((rng.random(len(values)), group))
    shuffled[by_group] = values[at_random]
    return shuffled


def _spearman(before: np.ndarray, after: np.ndarray) -> float:
    from scipy.stats import rankdata

    if np.ptp(after) <= _CONSTANT:
        return 0.0
    return float(np.corrcoef(rankdata(before), rankdata(after))[0, 1])
