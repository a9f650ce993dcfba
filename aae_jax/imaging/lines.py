"""Straight lines that cross a picture: rules, squares, the boxes of a form."""

import numpy as np
import scipy  # whose ndimage loads when it is first used

_STEEPEST = 0.2
"""Most that a line may be askew: pixels across for each along."""

_LONG = 0.5
"""Least length of a line, as a share of the picture's shorter side."""

_WORKING = 200
"""Longer side in pixels at which lines are looked for."""


def crossing_lines(mask: np.ndarray) -> np.ndarray:
    """Return the pixels of a mask [H, W] bool that are of long thin straight lines.

    Where strokes cross a line, what is higher than the line stays ink.
    """
    return _level_lines(mask) | _level_lines(mask.T).T


def _level_lines(mask: np.ndarray) -> np.ndarray:
    factor = -(-max(mask.shape) // _WORKING)
    length = int(_LONG * min(mask.shape) / factor)
    if length < 20:
        return np.zeros_like(mask)
    small = _shrunk(mask, factor)
    found = _straight_runs(scipy.ndimage.binary_dilation(small, _UPRIGHT), length)
    found = scipy.ndimage.binary_dilation(found, np.ones((3, 3), bool))
    found = found.repeat(factor, 0).repeat(factor, 1)[: mask.shape[0], : mask.shape[1]]
    on_line = mask & found
    if not on_line.any():
        return on_line
    runs = _run_lengths(mask)
    width = np.quantile(runs[on_line], 0.1)
    thin = runs <= 1.8 * width + 1
    if width > 0.02 * min(mask.shape) + 1:
        return np.zeros_like(mask)
    return on_line & thin


_UPRIGHT = np.array([[0, 1, 0]] * 3, bool)


def _shrunk(mask: np.ndarray, factor: int) -> np.ndarray:
    """Return a mask in which a pixel is set if any of its `factor` squared is."""
    padded = np.pad(mask, [(0, -side % factor) for side in mask.shape])
    height, width = (side // factor for side in padded.shape)
    return np.any(padded.reshape(height, factor, width, factor), axis=(1, 3))


def _straight_runs(mask: np.ndarray, length: int) -> np.ndarray:
    """Return the pixels of runs of at least `length` along any nearly level line."""
    height, width = mask.shape
    columns, rows = np.arange(width), np.arange(height)[:, None]
    found = np.zeros_like(mask)
    steepest = round(_STEEPEST * width)
    for rise in range(-steepest, steepest + 1, 3):
        shift = np.round(np.linspace(-rise / 2, rise / 2, width)).astype(int)
        places = np.clip(rows + shift, 0, height - 1)
        sheared = np.uint8(mask[places, columns])
        runs = scipy.ndimage.minimum_filter1d(sheared, length, axis=1)
        runs = scipy.ndimage.maximum_filter1d(
            runs, length, axis=1, origin=-1 if length % 2 == 0 else 0
        )
        back = np.clip(rows - shift, 0, height - 1)
        found |= runs[back, columns] > 0
    return found & mask


def _run_lengths(mask: np.ndarray) -> np.ndarray:
    """Return the length of the upright run in which each pixel of a mask lies."""
    labels, count = scipy.ndimage.label(mask, _UPRIGHT)
    return np.bincount(labels.ravel(), minlength=count + 1)[labels]
