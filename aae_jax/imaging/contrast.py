"""How far ink covers its ground, which tone it has, and how noisy that is."""

import numpy as np
import scipy  # whose ndimage loads when it is first used

LEAST_CONTRAST = 0.1
"""Contrast of full ink below which a picture is blank."""

NO_INK = (
    "the picture shows no ink: expected one digit or figure that is clearly darker or "
    "lighter than its background; use a picture with more contrast, cropped around it"
)

_COARSE = 64
"""Longer side in pixels below which a picture is an image, as of a dataset."""

_WIDTHS = (3, 5, 7, 11, 17, 25, 37)
"""Widths of things by which tones are told apart, in 200ths of a picture."""


def contrast_on(picture: np.ndarray, ground: np.ndarray, is_light: bool) -> np.ndarray:
    """Return how far ink covers the ground [H, W]: light goes to 1, dark goes to 0."""
    if is_light:
        picture, ground = 1 - picture, 1 - ground
    return np.minimum((ground - picture) / np.maximum(ground, 0.1), 1)


def full_ink(contrast: np.ndarray) -> float:
    """Return the contrast of full ink: the 10 % point of what is clearly ink."""
    some = contrast[contrast > 0.01]
    if some.size < 4:
        return 0.0
    peak = np.partition(some, -4)[-4]
    return float(np.quantile(some[some > 0.3 * peak], 0.9))


def noise_of(contrast: np.ndarray) -> float:
    """Return the noise's standard deviation: where the sign is wrong, no ink is."""
    bare = contrast[contrast < 0]
    return -1.4826 * float(np.median(bare)) if bare.size > 0.05 * contrast.size else 0.0


def stands_out_light(picture: np.ndarray, ground: np.ndarray) -> bool:
    """Return whether what stands out from a smooth ground is lighter than it."""
    return bool(((picture - ground) ** 3).sum() > 0)


def strokes_are_light(picture: np.ndarray, ground: np.ndarray) -> bool:
    """Return whether strokes are lighter than what is beside them.

    Strokes are thinner than what they enclose, so what is narrow counts most. An image
    of few pixels has no narrow things; there what stands out from the ground counts.
    """
    if max(picture.shape) < _COARSE:
        return stands_out_light(picture, ground)
    step = -(-max(picture.shape) // 200)
    small = scipy.ndimage.uniform_filter(picture, step)[::step, ::step]
    balance = 0.0
    for width in _WIDTHS:
        size = (width, width)
        dark = scipy.ndimage.grey_closing(small, size) - small
        light = small - scipy.ndimage.grey_opening(small, size)
        balance += ((light**3).sum() - (dark**3).sum()) / width**2
    return balance > 0
