"""Images laid out in rows and columns."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from aae_jax.plotting.looks import INK, default_look, plain, with_note

LINE_GRAY = 0.18
SMOOTH_BELOW = 16
TILE_INCHES = 0.58
MARGIN = 0.12
MAX_TILES = 100
"""Rows, and columns, of a grid: more of them nobody looks at."""
LONG_NAME = 8


@default_look()
def image_grid(
    images: np.ndarray,
    *,
    title: str = "",
    columns: Sequence[str] = (),
    rows: Sequence[str] = (),
) -> Figure:
    """Draw images [rows, columns, H, W, C] as one mosaic with named columns and rows.

    In [0, 1]; one channel is gray, three are red, green and blue. Images of fewer than
    16 pixels a side are drawn smoothly: at a glance the eye reads them better than
    blocks. Of more than `MAX_TILES` rows or columns the first are drawn, and the title
    says so.

    Raises:
      ValueError: Images of another shape.
    """
    if note := left_out(images.shape):
        title = with_note(title, note) if title else note
        images = images[:MAX_TILES, :MAX_TILES]
        columns, rows = columns[:MAX_TILES], rows[:MAX_TILES]
    picture, tile = mosaic(np.asarray(images))
    inches = np.array(picture.shape[1::-1]) * TILE_INCHES / max(tile)
    left = MARGIN + 0.085 * max(map(len, rows), default=0)
    top = MARGIN + _height_of(columns) + 0.24 * bool(title)
    needed = inches[0] + left + MARGIN
    width = max(needed, 0.08 * len(title))
    height = inches[1] + MARGIN + top
    left += (width - needed) / 2
    figure = Figure(figsize=(width, height))
    box = (left / width, MARGIN / height, inches[0] / width, inches[1] / height)
    _show(figure.add_axes(box), picture, tile, columns, rows)
    if title:
        named = plain(title)
        figure.text(0.5, 1 - 0.1 / height, named, ha="center", va="top", color=INK)
    return figure


def left_out(shape: Sequence[int]) -> str:
    """Return what of a grid [rows, columns, ...] is not drawn, in words; often none."""
    sides = zip(("rows", "columns"), shape, strict=False)
    words = [f"{MAX_TILES} of {n:,} {side}" for side, n in sides if n > MAX_TILES]
    return f"the first {' and '.join(words)}" if words else ""


def _height_of(columns: Sequence[str]) -> float:
    """Return the inches that the names of columns take; long ones stand upright."""
    longest = max(map(len, columns), default=0)
    return 0.08 * longest if longest > LONG_NAME else 0.16 * bool(columns)


@default_look()
def steps_figure(steps: Mapping[str, np.ndarray]) -> Figure:
    """Draw images in [0, 1], [H, W] or [H, W, C] of any sizes, side by side by name."""
    figure = Figure(figsize=(2.4 * len(steps), 2.4), layout="constrained")
    for axes, (name, image) in zip(
        figure.subplots(1, len(steps)), steps.items(), strict=True
    ):
        axes.imshow(image, cmap="gray", vmin=0, vmax=1, origin="upper")
        axes.set_title(name, fontsize=9, color=INK)
        axes.set_axis_off()
    return figure


def draw_tiles(
    axes: Axes,
    images: np.ndarray,
    columns: Sequence[str] = (),
    rows: Sequence[str] = (),
) -> None:
    """Draw images [rows, columns, H, W, C] as one mosaic into axes of a figure."""
    _show(axes, *mosaic(np.asarray(images)), columns, rows)


def reconstruction_figure(
    images: np.ndarray, reconstructions: np.ndarray, error: float, *, note: str = ""
) -> Figure:
    """Draw images [N, H, W, C] above their reconstructions, titled with the error.

    A note is added to the title in brackets.
    """
    title = f"validation images and reconstructions, error per pixel {error:.4f}"
    return image_grid(
        np.stack([images, reconstructions]),
        title=with_note(title, note),
        rows=("image", "reconstruction"),
    )


def mosaic(images: np.ndarray) -> tuple[np.ndarray, tuple[int, int]]:
    """Lay images [rows, columns, H, W, C] out in one picture with gray lines between.

    Returns the picture [H', W', channels] and the height and width of a tile with its
    line.
    """
    _check(images)
    images = _enlarge(images)
    rows, columns, height, width, channels = images.shape
    line = max(1, height // 28)
    tile = (height + line, width + line)
    tiles = np.full((rows, columns, *tile, channels), LINE_GRAY, np.float32)
    tiles[:, :, :height, :width] = images
    whole = (rows * tile[0], columns * tile[1], channels)
    picture = tiles.transpose(0, 2, 1, 3, 4).reshape(whole)
    return picture[:-line, :-line], tile


def _check(images: np.ndarray) -> None:
    if images.ndim == 4:
        raise ValueError(
            f"images must be [rows, columns, H, W, C], not {list(images.shape)}: give "
            "them their channel with images[..., None]"
        )
    if images.ndim != 5 or images.shape[-1] not in (1, 3):
        raise ValueError(
            "images must be [rows, columns, H, W, C] with C = 1 (gray) or 3 (color), "
            f"not {list(images.shape)}"
        )


def _enlarge(images: np.ndarray) -> np.ndarray:
    """Return small images smoothly enlarged, larger ones as they are."""
    *outer, height, width, channels = images.shape
    if max(height, width) >= SMOOTH_BELOW:
        return images
    size = (8 * width, 8 * height)
    planes = np.moveaxis(images, -1, 2).reshape(-1, height, width).astype(np.float32)
    large = [
        Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC)
        for plane in planes
    ]
    stacked = np.stack([np.asarray(plane) for plane in large])
    apart = stacked.reshape(*outer, channels, *size[::-1])
    return np.moveaxis(apart, 2, -1).clip(0, 1)


def _show(
    axes: Axes,
    picture: np.ndarray,
    tile: tuple[int, int],
    columns: Sequence[str],
    rows: Sequence[str],
) -> None:
    shown = picture.squeeze(-1) if picture.shape[-1] == 1 else picture.clip(0, 1)
    axes.imshow(
        shown, cmap="gray", vmin=0, vmax=1, interpolation="nearest", origin="upper"
    )
    _name_tiles(axes, columns, rows, tile)


def _name_tiles(
    axes: Axes, columns: Sequence[str], rows: Sequence[str], tile: tuple[int, int]
) -> None:
    height, width = tile
    axes.xaxis.tick_top()
    axes.set_xticks(
        [width * (i + 0.5) for i in range(len(columns))], map(plain, columns)
    )
    axes.set_yticks([height * (i + 0.5) for i in range(len(rows))], map(plain, rows))
    longest = max(map(len, columns), default=0)
    size = 9 if longest < 7 else 6.5
    axes.tick_params(length=0, labelsize=size, colors=INK, pad=2)
    if longest > LONG_NAME:
        axes.tick_params(axis="x", labelrotation=90)
    axes.spines[:].set_visible(False)
