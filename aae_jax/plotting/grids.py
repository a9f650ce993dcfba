"""Images laid out in rows and columns."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from aae_jax.plotting.looks import INK

LINE_GRAY = 0.35
SMOOTH_BELOW = 16
TILE_INCHES = 0.58


def image_grid(
    images: np.ndarray,
    *,
    title: str = "",
    columns: Sequence[str] = (),
    rows: Sequence[str] = (),
) -> Figure:
    """Draw images [R, C, H, W] in [0, 1] as one mosaic with named columns and rows.

    Images of fewer than 16 pixels a side are drawn smoothly: at a glance the eye reads
    them better than blocks.
    """
    picture, tile = _mosaic(np.asarray(images))
    inches = np.array(picture.shape[::-1]) * TILE_INCHES / tile[1]
    left = 0.12 + 0.085 * max(map(len, rows), default=0)
    bottom, right, top = 0.12, 0.12, 0.12 + 0.16 * bool(columns) + 0.24 * bool(title)
    width, height = inches + np.array([left + right, bottom + top])
    width = max(width, 0.08 * len(title))
    figure = Figure(figsize=(width, height))
    box = (left / width, bottom / height, inches[0] / width, inches[1] / height)
    axes = figure.add_axes(box)
    _show(axes, picture, tile, columns, rows)
    if title:
        figure.text(0.5, 1 - 0.1 / height, title, ha="center", va="top", color=INK)
    return figure


def draw_tiles(
    axes: Axes,
    images: np.ndarray,
    columns: Sequence[str] = (),
    rows: Sequence[str] = (),
) -> None:
    """Draw images [R, C, H, W] in [0, 1] as one mosaic into axes of a figure."""
    _show(axes, *_mosaic(np.asarray(images)), columns, rows)


def reconstruction_figure(
    images: np.ndarray, reconstructions: np.ndarray, error: float
) -> Figure:
    """Draw images [N, H, W] above their reconstructions, titled with the error."""
    return image_grid(
        np.stack([images, reconstructions]),
        title=f"validation images and reconstructions (error per pixel {error:.4f})",
        rows=("image", "reconstruction"),
    )


def _mosaic(images: np.ndarray) -> tuple[np.ndarray, tuple[int, int]]:
    """Lay images [R, C, H, W] out in one picture with gray lines between the tiles.

    Returns the picture and the height and width of a tile with its line.
    """
    images = _enlarge(images)
    rows, columns, height, width = images.shape
    line = max(1, height // 28)
    tile = (height + line, width + line)
    tiles = np.full((rows, columns, *tile), LINE_GRAY, np.float32)
    tiles[:, :, :height, :width] = images
    picture = tiles.transpose(0, 2, 1, 3).reshape(rows * tile[0], columns * tile[1])
    return picture[:-line, :-line], tile


def _enlarge(images: np.ndarray) -> np.ndarray:
    """Return small images smoothly enlarged, larger ones as they are."""
    height, width = images.shape[2:]
    if max(height, width) >= SMOOTH_BELOW:
        return images
    size = (8 * width, 8 * height)
    flat = images.reshape(-1, height, width).astype(np.float32)
    large = [
        Image.fromarray(image).resize(size, Image.Resampling.BICUBIC) for image in flat
    ]
    stacked = np.stack([np.asarray(image) for image in large])
    return stacked.reshape(*images.shape[:2], *size[::-1]).clip(0, 1)


def _show(
    axes: Axes,
    picture: np.ndarray,
    tile: tuple[int, int],
    columns: Sequence[str],
    rows: Sequence[str],
) -> None:
    axes.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    _name_tiles(axes, columns, rows, tile)


def _name_tiles(
    axes: Axes, columns: Sequence[str], rows: Sequence[str], tile: tuple[int, int]
) -> None:
    height, width = tile
    axes.xaxis.tick_top()
    axes.set_xticks([width * (i + 0.5) for i in range(len(columns))], columns)
    axes.set_yticks([height * (i + 0.5) for i in range(len(rows))], rows)
    size = 9 if max(map(len, columns), default=0) < 7 else 6.5
    axes.tick_params(length=0, labelsize=size, colors=INK, pad=2)
    axes.spines[:].set_visible(False)
