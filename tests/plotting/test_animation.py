"""Animations: every grid once, in order, and small."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from aae_jax.plotting import save_animation
from aae_jax.plotting.grids import mosaic


@pytest.mark.parametrize("channels", [1, 3])
def test_every_grid_is_shown_in_order_and_for_as_long(
    tmp_path: Path, channels: int
) -> None:
    rng = np.random.default_rng(0)
    grids = rng.random((4, 2, 3, 28, 20, channels), np.float32)
    path = save_animation(grids, tmp_path / "new" / "moving.png", milliseconds=40)
    with Image.open(path) as moving:
        assert (moving.n_frames, moving.info["loop"]) == (4, 0)
        for frame, grid in zip(ImageSequence.Iterator(moving), grids, strict=True):
            shown = np.asarray(frame.convert("RGB")) / 255
            assert frame.info["duration"] == 40
            assert np.abs(shown - mosaic(grid)[0]).max() < 1 / 31


def test_one_grid_is_a_picture(tmp_path: Path) -> None:
    path = save_animation(np.zeros((1, 1, 1, 28, 28, 1)), tmp_path / "still.png")
    with Image.open(path) as still:
        assert still.size == (28, 28)
