"""Find the one figure in a picture: leave out edges, blots, lines, frames, dirt."""

from typing import NamedTuple

import numpy as np
import scipy  # whose ndimage loads when it is first used

from aae_jax.errors import DataError
from aae_jax.imaging.contrast import LEAST_CONTRAST, NO_INK, full_ink, noise_of
from aae_jax.imaging.lines import crossing_lines
from aae_jax.imaging.parts import (
    ANYWHERE,
    figure_among,
    is_blot,
    is_cut_off,
    is_remnant,
    parts_of,
    thickness,
)

_INKED = 0.4
"""Share of full ink from which a pixel is of a stroke for sure."""

_PALE = 0.15
"""Share of full ink from which a pixel may be of a printed line."""

_BLOT = (
    "the picture shows a blot, not the strokes of a digit or figure: its background "
    "is too uneven or the picture too coarse; light it evenly, or crop it around the "
    "figure"
)
_EDGE = (
    "the picture shows nothing whole, only what its edge cuts off: leave some paper "
    "all around the figure"
)


class Figure(NamedTuple):
    """The strokes of a figure."""

    mask: np.ndarray
    """[H, W] bool, where its strokes are for sure."""

    beside: np.ndarray
    """[H, W] bool, where other things are: no ink of the figure."""

    pen: float
    """Thickness of its strokes in pixels."""


def find_figure(contrast: np.ndarray, steps: np.ndarray, tight: bool) -> Figure:
    """Return the one figure in a picture.

    What is no figure is taken away before what is left is looked at again, by its own
    contrast: pencil beside a black edge is found when the edge is gone.

    Args:
      contrast: [H, W], how far ink covers the ground.
      steps: [H, W], how far the ground rises or falls near each pixel.
      tight: The figure may touch the edge of the picture.

    Raises:
      DataError: There is no figure, or there are several.
    """
    contrast, noise = contrast.copy(), noise_of(contrast)
    edge = _edge(contrast.shape)
    taken, lines = np.zeros_like(edge), np.zeros_like(edge)
    error, fullest = NO_INK, np.inf
    while True:
        full = full_ink(contrast)
        if full < max(LEAST_CONTRAST, 5 * noise):
            raise DataError(error)
        mask = contrast > max(_INKED * full, 4 * noise)
        if full < 0.75 * fullest:
            fullest = full
            lines |= grown(crossing_lines(contrast > max(_PALE * full, 4 * noise)))
        parts = parts_of(mask & ~lines, contrast)
        cut_off = [part for part in parts if is_cut_off(part, edge | taken, tight)]
        blots = [part for part in parts if is_blot(part) or is_remnant(part, steps)]
        if not cut_off and not blots:
            break
        error = _EDGE if cut_off else _BLOT
        taken |= grown(_together([*cut_off, *blots], mask.shape))
        contrast[taken] = 0
    if not parts:
        raise DataError(error)
    figure = figure_among(parts)
    kept = _together(figure, mask.shape)
    beside = (taken | lines | grown(mask & ~kept)) & ~kept
    return Figure(kept, beside, max(thickness(part) for part in figure))


def grown(mask: np.ndarray, pixels: int = 2) -> np.ndarray:
    """Return a mask and what lies within some pixels of it."""
    return scipy.ndimage.binary_dilation(mask, ANYWHERE, iterations=pixels)


def _together(parts: list, shape: tuple[int, ...]) -> np.ndarray:
    """Return the mask [H, W] of all pixels of parts."""
    mask = np.zeros(shape, bool)
    for part in parts:
        mask[part.slice] |= part.image
    return mask


def _edge(shape: tuple[int, ...]) -> np.ndarray:
    edge = np.ones(shape, bool)
    edge[1:-1, 1:-1] = False
    return edge
