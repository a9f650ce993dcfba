"""Find the ink in a picture: even out the background, tell ink from specks."""

from dataclasses import dataclass

import numpy as np
import scipy  # whose ndimage loads when it is first used

from aae_jax.errors import DataError
from aae_jax.imaging.ground import local_ground, smooth_ground, smoothed

_LEAST_CONTRAST = 0.1
_SPECK = 0.02
"""Share of the largest part's mass below which another part is dirt."""

_THICKEST = 0.65
"""Most that strokes may be thick, as a share of the ink's longer side."""

_ANYWHERE = np.ones((3, 3), bool)


@dataclass(frozen=True)
class Ink:
    """Ink on an even background: 0 is background and about 1 is full ink."""

    values: np.ndarray
    """[H, W], not smoothed: the noise averages out where pixels are summed."""

    outline: np.ndarray
    """[H, W], smoothed against noise: where ink begins and ends."""

    threshold: float
    """The value from which a pixel of `outline` counts as ink."""

    noise: float
    """Standard deviation of `values` where no ink is."""


def find_ink(picture: np.ndarray, strokes: bool) -> Ink:
    """Return the ink of `picture` [H, W] in [0, 1], on whichever ground it lies.

    Args:
      picture: The tones.
      strokes: The ink is thin strokes, so the background may be uneven from place to
        place (a shadow, a sheet of paper on a table) and not only from side to side.

    Raises:
      DataError: No ink stands out from the background.
    """
    ground = smooth_ground(picture)
    is_light = bool(((picture - ground) ** 3).sum() > 0)
    contrast = _contrast(picture, ground, is_light)
    full = _full(contrast)
    if full < _LEAST_CONTRAST:
        raise DataError(_NO_INK)
    if not strokes:
        return _without_specks(contrast, contrast)
    sheet = _sheet(contrast > full / 2)
    if sheet is not None:
        return find_ink(picture[sheet], strokes)
    thickness = _thickness(contrast > 0.3 * full)
    ground = local_ground(picture, ground, thickness, is_light)
    # A closing follows the peaks of noise: take off what it adds where no ink is.
    bare = contrast < 0.1 * full
    if bare.any():
        ground = ground - np.median((ground - picture)[bare])
    contrast = _contrast(picture, ground, is_light)
    ink = _without_specks(contrast, smoothed(contrast, thickness))
    _check_strokes(ink.outline > full / 2)
    return ink


_NO_INK = (
    "the picture shows no ink: expected one digit or figure that is clearly darker or "
    "lighter than its background; use a picture with more contrast, cropped around it"
)


def _check_strokes(mask: np.ndarray) -> None:
    """Refuse ink [H, W] bool that is a blot: a shadow, a table, a thing.

    Raises:
      DataError: It is too thick for its size.
    """
    rows, columns = np.nonzero(mask)
    longer = max(np.ptp(rows), np.ptp(columns)) + 1 if rows.size else 0
    if _thickness(mask) > _THICKEST * longer + 1:
        raise DataError(
            "the picture shows a blot, not the strokes of a digit or figure: its "
            "background is too uneven or the picture too coarse; light it evenly, or "
            "crop it around the figure"
        )


def _contrast(picture: np.ndarray, ground: np.ndarray, is_light: bool) -> np.ndarray:
    """Return how far ink covers the ground: light goes to 1, dark goes to 0."""
    if is_light:
        picture, ground = 1 - picture, 1 - ground
    return np.minimum((ground - picture) / np.maximum(ground, 0.1), 1)


def _full(contrast: np.ndarray) -> float:
    """Return the contrast of full ink: the 10 % point of what is clearly ink."""
    peak = np.sort(contrast, axis=None)[-4:].min()
    clear = contrast[contrast > max(0.3 * peak, 1e-6)]
    return float(np.quantile(clear, 0.9)) if clear.size else 0.0


def _sheet(mask: np.ndarray) -> tuple[slice, slice] | None:
    """Return the inside of an upright sheet of paper with ink on it, if there is one.

    A sheet is the largest thing, fills its upright box and has holes, the ink. No
    figure is as rectangular.

    Args:
      mask: [H, W] bool, what differs from the background.
    """
    labels, _ = scipy.ndimage.label(mask)
    largest = np.bincount(labels.ravel())[1:].argmax() + 1
    box = scipy.ndimage.find_objects(labels)[largest - 1]
    part = labels[box] == largest
    holes = 1 - part.mean()
    is_full = scipy.ndimage.binary_fill_holes(part).mean() > 0.97
    if min(part.shape) < 20 or not is_full or not 0.01 < holes < 0.5:
        return None
    inset = max(2, round(0.015 * min(part.shape)))
    rows, columns = (slice(s.start + inset, s.stop - inset) for s in box)
    return rows, columns


def _thickness(mask: np.ndarray) -> float:
    """Return the diameter of the largest disc that fits in the mask, in pixels."""
    inside = scipy.ndimage.distance_transform_edt(np.pad(mask, 1, mode="edge"))
    return 2 * float(inside.max())


def _without_specks(contrast: np.ndarray, outline: np.ndarray) -> Ink:
    """Keep the connected parts that are ink: strong somewhere and not tiny.

    Raises:
      DataError: Nothing is left.
    """
    full = _full(outline)
    threshold = max(0.02 * full, 6 * _noise(outline))
    labels, count = scipy.ndimage.label(outline > threshold, _ANYWHERE)
    if full < _LEAST_CONTRAST or not count:
        raise DataError(_NO_INK)
    parts = np.arange(count + 1)
    mass = scipy.ndimage.sum(np.maximum(contrast, 0), labels, parts)
    strongest = scipy.ndimage.maximum(outline, labels, parts)
    is_ink = (mass > _SPECK * mass[1:].max()) & (strongest > 0.3 * full)
    is_ink[0] = False
    mask = is_ink[labels]
    if not mask.any():
        raise DataError(_NO_INK)
    around = scipy.ndimage.binary_dilation(mask, _ANYWHERE, iterations=2)
    return Ink(
        np.where(around, contrast, 0),
        np.where(mask, outline, 0),
        threshold,
        _noise(contrast),
    )


def _noise(contrast: np.ndarray) -> float:
    """Return the noise's standard deviation: where the sign is wrong, no ink is."""
    bare = contrast[contrast <= 0]
    return -1.4826 * float(np.median(bare)) if bare.size else 0.0
