"""Bring a picture into the framing of a dataset."""

import numpy as np

from aae_jax.imaging.blur import blur_width
from aae_jax.imaging.cropping import COLOR, cropped
from aae_jax.imaging.framing import Framing, ink_center
from aae_jax.imaging.grid import Axis, Lines, fit_grid
from aae_jax.imaging.ink import Ink, find_ink


def prepare_picture(
    picture: np.ndarray, framing: Framing, image_shape: tuple[int, int, int]
) -> np.ndarray:
    """Return the ink of `picture` framed as an image of the dataset.

    A picture for a dataset in color is cropped and resized as a whole.

    Args:
      picture: In [0, 1] and of any size: gray [height, width], dark on light or light
        on dark, or in color [height, width, 3].
      framing: How the dataset frames its images; those in color are not framed.
      image_shape: H, W and C of the dataset's images.

    Returns:
      [H, W, C] float32 in [0, 1].

    Raises:
      DataError: No ink stands out from the picture's background, or not that of one
        figure.
    """
    return list(preparation_steps(picture, framing, image_shape).values())[-1]


def preparation_steps(
    picture: np.ndarray, framing: Framing, image_shape: tuple[int, int, int]
) -> dict[str, np.ndarray]:
    """Return what `prepare_picture` made of a picture on the way, and the image last.

    All in [0, 1]: the picture and its ink of any size, the image [H, W, C].
    """
    height, width, channels = image_shape
    if channels == COLOR:
        return {"picture": picture, "prepared": cropped(picture, height, width)}
    ink = find_ink(np.asarray(picture, np.float64), framing.strokes)
    image = _framed(ink, framing, height, width)
    found = np.clip(ink.outline, 0, 1)
    return {"picture": picture, "ink found": found, "prepared": image}


def _framed(ink: Ink, framing: Framing, height: int, width: int) -> np.ndarray:
    """Return ink as an image [height, width, 1] of the dataset."""
    rows, columns = fit_grid(ink, framing)
    top, left = (height - rows.count) // 2, (width - columns.count) // 2
    draft = _render(ink, _field(rows, top, height), _field(columns, left, width))
    down, right = _way_to_center(draft, framing)
    rows = _field(rows, _within(top + down, height - rows.count), height)
    columns = _field(columns, _within(left + right, width - columns.count), width)
    image = _render(ink, rows, columns)
    tones = framing.ground + image * (framing.ink - framing.ground)
    return tones.astype(np.float32)[..., None]


def _field(box: Axis, before: float, count: int) -> Axis:
    """Extend the pixels of a box to `count` in all, `before` of them before it."""
    return Axis(box.start - before * box.size, box.size, count)


def _within(place: float, room: int) -> float:
    return min(max(place, 0), max(room, 0))


def _render(ink: Ink, rows: Axis, columns: Axis) -> np.ndarray:
    """Average the ink in each pixel and scale its fullest to 1."""
    blur = blur_width(ink.values, ink.noise)
    across = Lines.of(ink.values, blur).sample(rows)
    image = Lines.of(across.T, blur).sample(columns).T
    return np.clip(image / image.max(), 0, 1)


def _way_to_center(image: np.ndarray, framing: Framing) -> tuple[float, float]:
    """Return how far the ink of `image` lies above and left of its place, in pixels."""
    y, x = ink_center(image, framing.centering)
    down, right = framing.center_y - y, framing.center_x - x
    if framing.whole_pixels:
        return float(np.floor(down + 0.5)), float(np.floor(right + 0.5))
    return down, right
