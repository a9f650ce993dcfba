"""The only matplotlib room: arrays in, figures out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

INK, MUTED, CODES, PRIOR = "#1b1b1b", "#6b6b6b", "#2a6fbb", "#d1495b"
LINE_GRAY = 0.35
MAX_HISTOGRAMS = 32
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
    mosaic, tile = _mosaic(np.asarray(images))
    inches = np.array(mosaic.shape[::-1]) * TILE_INCHES / tile[1]
    left = 0.12 + 0.085 * max(map(len, rows), default=0)
    bottom, right, top = 0.12, 0.12, 0.12 + 0.16 * bool(columns) + 0.24 * bool(title)
    width, height = inches + np.array([left + right, bottom + top])
    width = max(width, 0.08 * len(title))
    figure = Figure(figsize=(width, height))
    box = (left / width, bottom / height, inches[0] / width, inches[1] / height)
    axes = figure.add_axes(box)
    axes.imshow(mosaic, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    _name_tiles(axes, columns, rows, tile)
    if title:
        figure.text(0.5, 1 - 0.1 / height, title, ha="center", va="top", color=INK)
    return figure


def reconstruction_figure(
    images: np.ndarray, reconstructions: np.ndarray, error: float
) -> Figure:
    """Draw images [N, H, W] above their reconstructions, titled with the error."""
    return image_grid(
        np.stack([images, reconstructions]),
        title=f"validation images and reconstructions (error per pixel {error:.4f})",
        rows=("image", "reconstruction"),
    )


def posterior_figure(codes: np.ndarray, prior_std: float) -> Figure:
    """Draw codes [N, Z] beside the prior, one histogram a dimension.

    The tutorial's sanity check: blue bars (aggregated posterior) should fill the red
    curve (prior). At most 32 dimensions are drawn.
    """
    num_drawn = min(codes.shape[1], MAX_HISTOGRAMS)
    num_columns = min(num_drawn, 5)
    num_rows = -(-num_drawn // num_columns)
    figure = Figure(
        figsize=(1.9 * num_columns, 1.4 * num_rows + 0.6), layout="constrained"
    )
    panels = figure.subplots(num_rows, num_columns, squeeze=False).ravel()
    for dimension, axes in enumerate(panels[:num_drawn]):
        _histogram(axes, codes[:, dimension], prior_std)
        axes.set_title(f"$z_{{{dimension + 1}}}$", fontsize=8, pad=2)
    for axes in panels[num_drawn:]:
        axes.set_axis_off()
    figure.suptitle(
        f"codes of validation images (bars) and the prior N(0, {prior_std:g}²) (curve)",
        fontsize=9,
        color=INK,
    )
    return figure


def loss_figure(metrics: Sequence[dict[str, Any]]) -> Figure:
    """Draw the error and the adversarial losses of each epoch's metrics."""
    epochs = [entry["epoch"] for entry in metrics]

    def curve(axes: Axes, name: str, label: str, color: str) -> None:
        marker = "o" if len(epochs) == 1 else None
        values = [entry[name] for entry in metrics]
        axes.plot(epochs, values, label=label, color=color, lw=1.5, marker=marker)

    figure = Figure(figsize=(9, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    curve(left, "reconstruction", "training", CODES)
    curve(left, "validation_error", "validation", PRIOR)
    left.set(title="squared error per pixel", xlabel="epoch", yscale="log")
    curve(right, "discriminator", "discriminator", CODES)
    curve(right, "generator", "generator", PRIOR)
    for level, name in ((2 * np.log(2), "2 log 2"), (np.log(2), "log 2")):
        right.axhline(level, color=MUTED, lw=0.8, ls=":")
        right.annotate(
            name,
            (0.995, level),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="bottom",
            fontsize=7,
            color=MUTED,
        )
    right.set(title="adversarial losses (dotted: undecided)", xlabel="epoch")
    for axes in (left, right):
        axes.legend(frameon=False, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.title.set_fontsize(10)
    return figure


def save_figure(figure: Figure, path: Path, dpi: int = 150) -> Path:
    """Write the figure as a PNG, making the folder, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=dpi, facecolor="white")
    return path


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


def _histogram(axes: Axes, values: np.ndarray, prior_std: float) -> None:
    reach = max(3.5 * prior_std, float(np.abs(values).max()))
    x = np.linspace(-reach, reach, 200)
    density = np.exp(-0.5 * (x / prior_std) ** 2) / (prior_std * np.sqrt(2 * np.pi))
    axes.hist(
        values, bins=40, range=(-reach, reach), density=True, color=CODES, alpha=0.6
    )
    axes.plot(x, density, color=PRIOR, lw=1.2)
    axes.set_yticks([])
    axes.tick_params(labelsize=7, colors=MUTED)
    axes.spines[["top", "right", "left"]].set_visible(False)
    note = f"{values.mean():+.1f} ± {values.std():.1f}"
    axes.text(
        0.98,
        0.95,
        note,
        transform=axes.transAxes,
        ha="right",
        va="top",
        fontsize=6.5,
        color=MUTED,
    )
