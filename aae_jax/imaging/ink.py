"""The ink of one figure in a picture, on whatever ground and beside whatever lies."""

from dataclasses import dataclass

import numpy as np

from aae_jax.errors import DataError
from aae_jax.imaging.blur import blur_width
from aae_jax.imaging.contrast import (
    LEAST_CONTRAST,
    NO_INK,
    contrast_on,
    full_ink,
    noise_of,
    stands_out_light,
    strokes_are_light,
)
from aae_jax.imaging.figure import Figure, find_figure, grown
from aae_jax.imaging.ground import (
    ground_under,
    is_misfit,
    smooth_ground,
    smoothed,
    steps_of,
)
from aae_jax.imaging.parts import parts_of
from aae_jax.imaging.turning import turn_of, turned_back

_ATTEMPTS = ((3, False), (6, False), (3, True))
"""How strokes are looked for: narrower than which part of the picture, and whether they
may touch its edge."""

_LEVEL = 2.0
"""Degrees by which a sheet may be turned and still be level."""


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
        place (a shadow, a turned sheet of paper on a table) and not only from side to
        side.

    Raises:
      DataError: No ink stands out from the background, or not that of one figure.
    """
    if not strokes:
        return _thing(picture)
    ink = _strokes(picture)
    turn = turn_of(picture, grown(ink.outline > 0))
    return ink if abs(turn) < _LEVEL else _strokes(turned_back(picture, turn))


def _thing(picture: np.ndarray) -> Ink:
    """Return a solid thing in many tones, with all that is as strong and not tiny."""
    ground = smooth_ground(picture)
    contrast = contrast_on(picture, ground, stands_out_light(picture, ground))
    full = full_ink(contrast)
    mask = contrast > max(0.02 * full, 6 * noise_of(contrast))
    parts = [p for p in parts_of(mask, contrast) if p.intensity_max > 0.3 * full]
    if full < LEAST_CONTRAST or not parts:
        raise DataError(NO_INK)
    kept = np.zeros_like(mask)
    for part in parts:
        kept[part.slice] |= part.image
    return _ink_of(Figure(kept, ~kept, 1), contrast, contrast)


def _strokes(picture: np.ndarray) -> Ink:
    """Return the strokes that the first attempt finds.

    Raises:
      DataError: None does; the error is that of the first.
    """
    smooth = smooth_ground(picture)
    is_light = strokes_are_light(picture, smooth)
    if is_misfit(picture, smooth):
        smooth = np.full(picture.shape, np.median(picture))
    errors = []
    for share, tight in _ATTEMPTS:
        window = min(picture.shape) // share + 8
        try:
            return _strokes_within(picture, smooth, is_light, window, tight)
        except DataError as error:
            errors.append(error)
    raise errors[0]


def _strokes_within(
    picture: np.ndarray, smooth: np.ndarray, is_light: bool, window: int, tight: bool
) -> Ink:
    """Look for strokes narrower than `window`, then again with that of their pen."""
    blur = max(picture.shape) / 600
    for _ in range(2):
        soft = smoothed(picture, blur)
        ground = ground_under(soft, smooth, window, is_light)
        outline = contrast_on(soft, ground, is_light)
        # A closing follows the peaks of noise: take off what it adds where no ink is.
        added = np.median(outline[outline < 0.1 * full_ink(outline) + 1e-6])
        figure = find_figure(outline - added, steps_of(ground, is_light), tight)
        window, blur = int(2 * figure.pen) + 3, figure.pen / 24
    contrast = contrast_on(picture, ground, is_light)
    return _ink_of(figure, contrast - added, outline - added)


def _ink_of(figure: Figure, contrast: np.ndarray, outline: np.ndarray) -> Ink:
    """Return the ink of a figure, with the faint ink at its edges."""
    noise = noise_of(outline)
    threshold = max(0.02 * full_ink(outline * figure.mask), 6 * noise)
    reach = max(2, round(blur_width(outline, noise)))
    mask = (outline > threshold) & grown(figure.mask, reach) & ~figure.beside
    around = grown(mask) & ~figure.beside
    values = np.where(around, contrast, 0)
    return Ink(values, np.where(mask, outline, 0), threshold, noise_of(contrast))
