"""How far the sheet in a picture is turned: by the straight edges beside the figure."""

import numpy as np
import scipy  # whose ndimage loads when it is first used

_FARTHEST = 15
"""Most degrees that a sheet is taken to be turned."""

_NEAR = 1.0
"""Standard deviation in degrees of edges of one direction."""

_CLEAR = 0.1
"""Least share of all edges that must run level, and as many upright."""


def turn_of(picture: np.ndarray, figure: np.ndarray) -> float:
    """Return by how many degrees level edges fall to the right; 0 if that is unclear.

    Only edges beside the figure count, whose own slant is its style; and only if as
    many are upright as level, as those of a sheet, a form or squares are. The edge of a
    shadow has but one direction.

    Args:
      picture: Tones [H, W].
      figure: [H, W] bool, its strokes.
    """
    soft = scipy.ndimage.gaussian_filter(picture, 0.003 * max(picture.shape))
    down, right = np.gradient(soft)
    down[figure], right[figure] = 0, 0
    strength = np.hypot(down, right)
    strong = strength > 0.2 * np.quantile(strength, 0.999)
    down, right, strength = down[strong], right[strong], strength[strong]
    is_level = np.abs(down) > np.abs(right)
    angle = np.where(is_level, np.arctan2(-right, down), np.arctan2(down, right))
    angle = (np.rad2deg(angle) + 90) % 180 - 90

    def share(turn: float) -> float:
        near = strength * np.exp(-(((angle - turn) / _NEAR) ** 2) / 2)
        return min(near[is_level].sum(), near[~is_level].sum()) / max(
            strength.sum(), 1e-9
        )

    best = max(np.arange(-_FARTHEST, _FARTHEST + 0.5, 0.5), key=share)
    return float(best) if share(best) > _CLEAR else 0.0


def turned_back(picture: np.ndarray, degrees: float) -> np.ndarray:
    """Return the picture with what is turned by `degrees` upright."""
    return scipy.ndimage.rotate(
        picture, degrees, reshape=False, order=1, mode="nearest"
    )
