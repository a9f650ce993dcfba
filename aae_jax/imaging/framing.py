"""How a dataset frames its images: size, place and tone of the ink."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Centring = Literal["mass", "box"]

FAINTEST = 0.05
"""Share of full ink below which a pixel of a dataset counts as background."""

_MAX_MEASURED = 2000
_SOLID = 0.6
"""Share of its box that the ink must fill to be a thing rather than strokes."""

_EXACT = 0.15
"""Spread of the centres in pixels below which they were placed between pixels."""


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

    centring: Centring = "mass"
    """What is put on the centre: the ink's centre of mass, or the middle of its box."""

    centre_y: float = 14.5
    """Mean height at which the centre lies, in pixels from the upper edge."""

    centre_x: float = 14.5
    """Mean place at which the centre lies, in pixels from the left edge."""

    whole_pixels: bool = True
    """The ink was moved by whole pixels, so its centre lies within half of one."""

    strokes: bool = True
    """The ink is thin strokes of one tone, not solid things in many tones."""

    ground: float = 0.0
    """Tone of the background, from 0 (black) to 1 (white)."""

    ink: float = 1.0
    """Tone of the fullest ink, from 0 (black) to 1 (white)."""


_KNOWN = {
    # LeCun et al. 1998: 20 x 20 by centre of mass in 28 x 28. The files show that the
    # centre was rounded down to a pixel: it lies in [14, 15) in every image.
    "mnist": Framing(),
    # Xiao et al. 2017: the longer side is 28, the middle of the box in the centre.
    "fashion_mnist": Framing(
        height=28,
        width=28,
        centring="box",
        centre_y=14,
        centre_x=14,
        strokes=False,
    ),
}


def framing_for(name: str, images: np.ndarray) -> Framing:
    """Return the framing of dataset `name`, measured where it is not documented.

    images: [N, H, W] uint8, the training images.
    """
    return _KNOWN.get(name) or _measured(images)


def ink_box(contrast: np.ndarray) -> tuple[int, int, int, int] | None:
    """Return top, bottom, left and right of the ink, the ends excluded; None if blank.

    contrast: [H, W] in [0, 1], 0 the background and 1 full ink.
    """
    rows = np.flatnonzero((contrast > FAINTEST).any(axis=1))
    columns = np.flatnonzero((contrast > FAINTEST).any(axis=0))
    if not rows.size:
        return None
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def ink_centre(contrast: np.ndarray, centring: Centring) -> tuple[float, float]:
    """Return the y and x that `centring` puts on the centre, in pixels from the edges.

    contrast: [H, W] in [0, 1] and not blank.
    """
    if centring == "mass":
        mass = contrast.sum()
        y = contrast.sum(axis=1) @ (np.arange(contrast.shape[0]) + 0.5) / mass
        x = contrast.sum(axis=0) @ (np.arange(contrast.shape[1]) + 0.5) / mass
        return float(y), float(x)
    top, bottom, left, right = ink_box(contrast) or (0, 0, 0, 0)
    return (top + bottom) / 2, (left + right) / 2


def _measured(images: np.ndarray) -> Framing:
    """Measure the framing of `images` [N, H, W] uint8 on at most 2,000 of them."""
    some = images[:: -(-len(images) // _MAX_MEASURED)].astype(np.float32) / 255
    ground, ink = _tones(some)
    contrasts = np.clip((some - ground) / ((ink - ground) or 1), 0, 1)
    inked = [contrast for contrast in contrasts if ink_box(contrast)]
    if not inked:
        height, width = images.shape[1:]
        return Framing(height, width, centre_y=height / 2, centre_x=width / 2)
    boxes = np.array([ink_box(contrast) for contrast in inked], float)
    heights, widths = boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]
    filled = np.median([(c > 0.5).sum() for c in inked] / (heights * widths))
    return Framing(
        height=float(np.quantile(heights, 0.995)),
        width=float(np.quantile(widths, 0.995)),
        min_height=float(np.quantile(heights, 0.005)),
        min_width=float(np.quantile(widths, 0.005)),
        **_centring(inked),
        strokes=bool(filled < _SOLID),
        ground=ground,
        ink=ink,
    )


def _tones(images: np.ndarray) -> tuple[float, float]:
    """Return the tones of background and full ink: the borders', and far from it."""
    borders = [images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]]
    ground = float(np.median(np.concatenate(borders, axis=1)))
    pixels = images.reshape(len(images), -1)
    farthest = pixels.min(axis=1) if ground > 0.5 else pixels.max(axis=1)
    return ground, float(np.median(farthest))


def _centring(contrasts: list[np.ndarray]) -> dict[str, Any]:
    """Return the fields of centring that explain where most of the ink lies."""
    choices: dict[Centring, np.ndarray] = {
        "box": np.array([ink_centre(contrast, "box") for contrast in contrasts]),
        "mass": np.array([ink_centre(contrast, "mass") for contrast in contrasts]),
    }
    windows = {name: [_window(p) for p in places.T] for name, places in choices.items()}
    best = max(choices, key=lambda name: windows[name][0][1] * windows[name][1][1])
    places = choices[best]
    whole = bool(places.std(axis=0).max() > _EXACT)
    centre = [w[0] for w in windows[best]] if whole else places.mean(axis=0)
    return {
        "centring": best,
        "centre_y": float(centre[0]),
        "centre_x": float(centre[1]),
        "whole_pixels": whole,
    }


def _window(places: np.ndarray) -> tuple[float, float]:
    """Return the middle of the pixel-wide window with most places, and its share."""
    middles = np.mean(places) + np.linspace(-1, 1, 81)
    shares = np.array([(np.abs(places - middle) < 0.5).mean() for middle in middles])
    return float(middles[shares >= shares.max() - 1e-3].mean()), float(shares.max())
