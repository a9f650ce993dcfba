"""Figures: they show what they were given, where a reader looks for it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aae_jax.plotting import (
    image_grid,
    loss_figure,
    posterior_figure,
    reconstruction_figure,
    save_figure,
)


def shown(figure: object) -> np.ndarray:
    """Return the picture that a figure's only axes show."""
    (axes,) = figure.axes  # type: ignore[attr-defined]
    return np.asarray(axes.images[0].get_array())


@pytest.mark.parametrize("side", [8, 28])
def test_every_tile_lies_in_its_row_and_column(side: int) -> None:
    levels = np.arange(6).reshape(2, 3) / 5
    images = np.broadcast_to(levels[:, :, None, None], (2, 3, side, side))
    figure = image_grid(images, columns=("a", "b", "c"), rows=("x", "y"))
    picture, (axes,) = shown(figure), figure.axes
    for column, x in enumerate(axes.get_xticks()):
        for row, y in enumerate(axes.get_yticks()):
            assert picture[int(y), int(x)] == pytest.approx(
                levels[row, column], abs=1e-5
            )
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["a", "b", "c"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["x", "y"]


def test_large_images_are_drawn_pixel_by_pixel() -> None:
    images = np.random.default_rng(0).random((1, 2, 28, 28)).astype(np.float32)
    picture = shown(image_grid(images))
    np.testing.assert_array_equal(picture[:28, :28], images[0, 0])
    np.testing.assert_array_equal(picture[:28, 29:57], images[0, 1])


def test_reconstructions_stand_below_their_images() -> None:
    images = np.zeros((3, 28, 28), np.float32)
    figure = reconstruction_figure(images, images + 1, error=0.0123)
    picture = shown(figure)
    assert picture[:28].max() < 0.5 and picture[29:57, :28].min() == 1
    assert "0.0123" in figure.texts[0].get_text()


@pytest.mark.parametrize("num_dimensions", [1, 2, 15, 40])
def test_each_dimension_has_a_histogram(num_dimensions: int) -> None:
    codes = np.random.default_rng(0).normal(0, 5, (100, num_dimensions))
    figure = posterior_figure(codes, prior_std=5.0)
    drawn = [axes for axes in figure.axes if axes.patches]
    assert len(drawn) == min(num_dimensions, 32)
    bars = drawn[0].patches
    area = sum(bar.get_width() * bar.get_height() for bar in bars)
    assert area == pytest.approx(1)


@pytest.mark.parametrize("num_epochs", [1, 4])
def test_losses_are_drawn_against_epochs(num_epochs: int) -> None:
    names = ("reconstruction", "discriminator", "generator", "validation_error")
    metrics = [
        {"epoch": epoch, **dict.fromkeys(names, 0.1 * epoch)}
        for epoch in range(1, num_epochs + 1)
    ]
    left, right = loss_figure(metrics).axes
    labels = [line.get_label() for line in left.lines + right.lines]
    assert {"training", "validation", "discriminator", "generator"} <= set(labels)
    epochs = list(range(1, num_epochs + 1))
    np.testing.assert_array_equal(left.lines[0].get_xdata(), epochs)


def test_figures_are_saved_where_they_say(tmp_path: Path) -> None:
    figure = image_grid(np.zeros((10, 10, 28, 28)), columns="0123456789")
    path = save_figure(figure, tmp_path / "new" / "grid.png")
    with Image.open(path) as picture:
        assert picture.width == pytest.approx(10 * 0.58 * 150, rel=0.1)
