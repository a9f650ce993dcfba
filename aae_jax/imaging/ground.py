"""The background of a picture: its tone everywhere, also under the ink."""

import numpy as np
import scipy  # whose ndimage loads when it is first used

_EXACT = 1 / 255
"""Misfit below which an even tone passes for the background."""

_GOOD = 0.02
"""Misfit below which a plane passes for the background."""

_UNEVEN = 0.05
"""Misfit of most of a picture from which a smooth background tells nothing of it."""


def smooth_ground(picture: np.ndarray) -> np.ndarray:
    """Return the background: the simplest of even, plane and bowl that fits it.

    Even and plane are the border's alone, so they hold for a picture full of ink.
    """
    border = _border(picture.shape)
    even = np.full(picture.shape, np.median(picture[border]))
    if _misfit(picture, even) < _EXACT:
        return even
    y, x = np.mgrid[-1 : 1 : picture.shape[0] * 1j, -1 : 1 : picture.shape[1] * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)
    some = np.zeros(picture.shape, bool)
    some[:: len(x) // 100 + 1, :: x.shape[1] // 100 + 1] = True
    plane = _fitted(picture, terms[..., :3], border & some)
    if _misfit(picture, plane) < _GOOD:
        return plane
    bowl = _fitted(picture, terms, some)
    is_bowl = _misfit(picture, bowl) < min(_misfit(picture, plane) / 2, 2 * _GOOD)
    return bowl if is_bowl else plane


def is_misfit(picture: np.ndarray, ground: np.ndarray) -> bool:
    """Return whether most of the picture is no such ground: shadows lie across it."""
    return bool(np.quantile(np.abs(picture - ground), 0.7) > _UNEVEN)


def ground_under(
    picture: np.ndarray, smooth: np.ndarray, window: int, is_light: bool
) -> np.ndarray:
    """Return the background [H, W] under strokes narrower than `window` pixels.

    That is a morphological closing, an opening for light ink. What is wider than the
    window stays as it is, the edges of shadows and sheets included; beyond the picture
    the smooth ground goes on, so ink may touch the border.
    """
    close = scipy.ndimage.grey_opening if is_light else scipy.ndimage.grey_closing
    relief = np.pad(picture - smooth, window)
    closed = close(relief, size=(window, window))
    return closed[window:-window, window:-window] + smooth


def smoothed(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Blur a picture of many pixels a little, so that noise does not count as ink."""
    return scipy.ndimage.gaussian_filter(picture, sigma) if sigma > 0.6 else picture


def steps_of(ground: np.ndarray, is_light: bool) -> np.ndarray:
    """Return by which share of itself the ground [H, W] steps up or down nearby."""
    steps = scipy.ndimage.morphological_gradient(ground, size=(5, 5))
    return steps / np.maximum(1 - ground if is_light else ground, 0.1)


def _fitted(picture: np.ndarray, terms: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Fit tones by least absolute deviations, deaf to what little lies on the ground.

    Args:
      picture: The tones, [H, W].
      terms: The planes or bowls to combine, [H, W, number of terms].
      where: The pixels to fit, [H, W] bool.
    """
    known, tones = terms[where], picture[where]
    weights = np.ones(len(tones))
    for _ in range(20):
        fit = np.linalg.lstsq(known * weights[:, None], tones * weights, rcond=None)[0]
        weights = 1 / np.sqrt(np.abs(known @ fit - tones) + 1e-3)
    return np.clip(terms @ fit, 0, 1)


def _misfit(picture: np.ndarray, ground: np.ndarray) -> float:
    """Return how far the best-fitted third of the picture lies from the ground."""
    return float(np.quantile(np.abs(picture - ground), 1 / 3))


def _border(shape: tuple[int, ...]) -> np.ndarray:
    margin = max(1, round(min(shape) / 40))
    border = np.ones(shape, bool)
    border[margin:-margin, margin:-margin] = False
    return border
