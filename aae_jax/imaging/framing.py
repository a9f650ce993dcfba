"""How a dataset frames its images: size, place and tone of the ink."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Centering = Literal["mass", "box"]

FAINTEST = 0.05
"""Share of full ink below which a pixel of a dataset counts as background."""


@dataclass(frozen=True)
class Framing:
    """The way a dataset frames its images; the defaults are MNIST's.

    The aspect is kept wherever the ink then fits the limits: it is scaled up or down
    until its box touches `height` or `width`, and stretched only if that leaves a
    side shorter than its least. Coordinates count pixels from the upper left edge.
    """

    height: float = 20.0
    """Height of the box that the ink must fit, in pixels."""

    width: float = 20.0
    """Width of the box that the ink must fit, in pixels."""

    min_height: float = 0.0
    """Least height of the ink, in pixels."""

    min_width: float = 0.0
    """Least width of the ink, in pixels."""

    centering: Centering = "mass"
    """What is put on the center: the ink's center of mass, or the middle of its box."""

    center_y: float = 14.5
    """Mean height at which the center lies, in pixels from the upper edge."""

    center_x: float = 14.5
    """Mean place at which the center lies, in pixels from the left edge."""

    whole_pixels: bool = True
    """The ink was moved by whole pixels, so its center lies within half of one."""

    strokes: bool = True
    """The ink is thin strokes of one tone, not solid things in many tones."""

    ground: float = 0.0
    """Tone of the background, from 0 (black) to 1 (white)."""

    ink: float = 1.0
    """Tone of the fullest ink, from 0 (black) to 1 (white)."""


def ink_box(contrast: np.ndarray) -> tuple[int, int, int, int] | None:
    """Return top, bottom, left and right of the ink, the ends excluded; None if blank.

    Args:
      contrast: [H, W] in [0, 1], 0 the background and 1 full ink.
    """
    rows = np.flatnonzero((contrast > FAINTEST).any(axis=1))
    columns = np.flatnonzero((contrast > FAINTEST).any(axis=0))
    if not rows.size:
        return None
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def ink_center(contrast: np.ndarray, centering: Centering) -> tuple[float, float]:
    """Return the y and x that `centering` puts on the center, in pixels from the edges.

    Args:
      contrast: [H, W] in [0, 1] and not blank.
      centering: What is put on the center.
    """
    if centering == "mass":
        mass = contrast.sum()
        y = contrast.sum(axis=1) @ (np.arange(contrast.shape[0]) + 0.5) / mass
        x = contrast.sum(axis=0) @ (np.arange(contrast.shape[1]) + 0.5) / mass
        return float(y), float(x)
    top, bottom, left, right = ink_box(contrast) or (0, 0, 0, 0)
    return (top + bottom) / 2, (left + right) / 2
