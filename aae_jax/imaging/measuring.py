"""Find out how a dataset frames its images: by its paper, or by measuring them."""

from typing import Any

import numpy as np

from aae_jax.imaging.framing import Centering, Framing, ink_box, ink_center

_MAX_MEASURED = 2000
_SOLID = 0.6
"""Share of its box that the ink must fill to be a thing rather than strokes."""

_EXACT = 0.15
"""Spread of the centers in pixels below which they were placed between pixels."""

_KNOWN = {
    # LeCun et al. 1998: 20 x 20 by center of mass in 28 x 28. The files show that the
    # center was rounded down to a pixel: it lies in [14, 15) in every image.
    "mnist": Framing(),
    # Xiao et al. 2017: the longer side is 28, the middle of the box in the center.
    "fashion_mnist": Framing(
        height=28,
        width=28,
        centering="box",
        center_y=14,
        center_x=14,
        strokes=False,
    ),
}


def framing_for(name: str, images: np.ndarray) -> Framing:
    """Return the framing of dataset `name`, measured where it is not documented.

    Args:
      name: The dataset's name.
      images: [N, H, W, C] uint8, the training images; color is measured as gray.
    """
    return _KNOWN.get(name) or _measured(images)


def _measured(images: np.ndarray) -> Framing:
    """Measure the framing of `images` [N, H, W, C] uint8 on at most 2,000 of them."""
    some = images[:: -(-len(images) // _MAX_MEASURED)]
    some = some.mean(axis=-1, dtype=np.float32) / 255
    ground, ink = _tones(some)
    contrasts = np.clip((some - ground) / ((ink - ground) or 1), 0, 1)
    inked = [contrast for contrast in contrasts if ink_box(contrast)]
    if not inked:
        height, width = some.shape[1:]
        return Framing(height, width, center_y=height / 2, center_x=width / 2)
    boxes = np.array([ink_box(contrast) for contrast in inked], float)
    heights, widths = boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]
    filled = np.median([(c > 0.5).sum() for c in inked] / (heights * widths))
    return Framing(
        height=float(np.quantile(heights, 0.995)),
        width=float(np.quantile(widths, 0.995)),
        min_height=float(np.quantile(heights, 0.005)),
        min_width=float(np.quantile(widths, 0.005)),
        **_centering(inked),
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


def _centering(contrasts: list[np.ndarray]) -> dict[str, Any]:
    """Return the fields of centering that explain where most of the ink lies."""
    choices: dict[Centering, np.ndarray] = {
        "box": np.array([ink_center(contrast, "box") for contrast in contrasts]),
        "mass": np.array([ink_center(contrast, "mass") for contrast in contrasts]),
    }
    windows = {name: [_window(p) for p in places.T] for name, places in choices.items()}
    best = max(choices, key=lambda name: windows[name][0][1] * windows[name][1][1])
    places = choices[best]
    whole = bool(places.std(axis=0).max() > _EXACT)
    center = [w[0] for w in windows[best]] if whole else places.mean(axis=0)
    return {
        "centering": best,
        "center_y": float(center[0]),
        "center_x": float(center[1]),
        "whole_pixels": whole,
    }


def _window(places: np.ndarray) -> tuple[float, float]:
    """Return the middle of the pixel-wide window with most places, and its share."""
    middles = np.mean(places) + np.linspace(-1, 1, 81)
    shares = np.array([(np.abs(places - middle) < 0.5).mean() for middle in middles])
    return float(middles[shares >= shares.max() - 1e-3].mean()), float(shares.max())
