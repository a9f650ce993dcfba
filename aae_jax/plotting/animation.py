"""Images that move: a few pictures one after the other, in one file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from aae_jax.plotting.grids import mosaic
from aae_jax.storage.files import replacement

LEVELS = 32
"""Of gray, or of each color: nobody sees more while it moves, and files are small."""


def save_animation(
    grids: Sequence[np.ndarray] | np.ndarray, path: Path, *, milliseconds: float = 60
) -> Path:
    """Write grids of images one after the other as an animated PNG; returns its path.

    It starts again at its end, for as long as it is looked at.

    Args:
      grids: Images in [0, 1], all [rows, columns, H, W, C]; at least one.
      path: Of the file; its folder is made.
      milliseconds: How long each is shown.
    """
    shown = [_frame(grid) for grid in grids]
    with replacement(path) as unfinished:
        shown[0].save(
            unfinished,
            format="PNG",
            save_all=True,
            append_images=shown[1:],
            duration=milliseconds,
            loop=0,
            optimize=True,
        )
    return path


def _frame(grid: np.ndarray) -> Image.Image:
    """Return a grid as a picture of few levels."""
    picture, _ = mosaic(np.asarray(grid))
    levels = np.round(picture.clip(0, 1) * (LEVELS - 1)) * (255 / (LEVELS - 1))
    pixels = levels.astype(np.uint8)
    return Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels)
