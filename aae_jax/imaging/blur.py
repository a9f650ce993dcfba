"""How sharp the edges of ink are."""

import numpy as np


def blur_width(values: np.ndarray, noise: float) -> float:
    """Return over how many pixels the sharp edges of ink [H, W] spread, 1 or more.

    That is full ink divided by the steepest step between neighbors; a quarter of all
    rise and fall may be steeper, such as where a picture was cut off.
    """
    steps = np.concatenate([np.diff(values, axis=axis).ravel() for axis in (0, 1)])
    steps = np.sort(np.abs(steps[np.abs(steps) > max(1 / 255, 3 * noise)]))
    inked = values[values > 0.3]
    if not steps.size or not inked.size:
        return 1.0
    rise = np.cumsum(steps)
    steepest = steps[np.searchsorted(rise, 0.75 * rise[-1])]
    return max(1.0, float(np.quantile(inked, 0.95) / steepest))
