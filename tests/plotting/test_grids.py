"""Images in rows and columns: each lies where a reader looks for it."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from aae_jax.plotting import image_grid, reconstruction_figure, save_figure


def shown(figure: Figure) -> np.ndarray:
    """Return the picture that a figure's only axes show."""
    (axes,) = figure.axes
    return np.asarray(axes.images[0].get_array())


@pytest.mark.parametrize("side", [8, 28])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_tile_lies_in_its_row_and_column(side: int, channels: int) -> None:
    levels = np.arange(6 * channels).reshape(2, 3, 1, 1, channels) / 18
    images = np.broadcast_to(levels, (2, 3, side, side, channels))
    figure = image_grid(images, columns=("a", "b", "c"), rows=("x", "y"))
    picture, (axes,) = shown(figure), figure.axes
    for column, x in enumerate(axes.get_xticks()):
        for row, y in enumerate(axes.get_yticks()):
            expected = levels[row, column].squeeze()
            np.testing.assert_allclose(picture[int(y), int(x)], expected, atol=1e-5)
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["a", "b", "c"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["x", "y"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


@pytest.mark.parametrize("channels", [1, 3])
def test_large_images_are_drawn_pixel_by_pixel(channels: int) -> None:
    images = np.random.default_rng(0).random((1, 2, 28, 20, channels))
    images = images.astype(np.float32)
    picture = shown(image_grid(images)).reshape(28, 41, channels)
    np.testing.assert_array_equal(picture[:, :20], images[0, 0])
    np.testing.assert_array_equal(picture[:, 21:], images[0, 1])


def test_small_images_are_drawn_smoothly_whatever_their_channels() -> None:
    gray = np.random.default_rng(0).random((1, 1, 8, 6, 1))
    color = np.concatenate([gray, 0 * gray, 1 - gray], axis=-1)
    smooth, colored = shown(image_grid(gray)), shown(image_grid(color))
    assert smooth.shape == (64, 48) and colored.shape == (64, 48, 3)
    np.testing.assert_array_equal(colored[..., 0], smooth)
    assert not colored[..., 1].any()


@pytest.mark.parametrize(
    ("shape", "remedy"),
    [((2, 3, 8, 8), r"images\[..., None\]"), ((1, 1, 8, 8, 2), r"C = 1 \(gray\)")],
)
def test_images_of_another_shape_are_refused(
    shape: tuple[int, ...], remedy: str
) -> None:
    with pytest.raises(ValueError, match=remedy):
        image_grid(np.zeros(shape))


def test_reconstructions_stand_below_their_images() -> None:
    images = np.zeros((3, 28, 28, 1), np.float32)
    figure = reconstruction_figure(images, images + 1, error=0.0123, note="seed 3")
    picture = shown(figure)
    assert picture[:28].max() < 0.5 and picture[29:57, :28].min() == 1
    assert "0.0123 (seed 3)" in figure.texts[0].get_text()


def test_a_title_wider_than_its_images_fits_above_their_middle() -> None:
    figure = image_grid(np.zeros((1, 1, 28, 28, 1)), title="t" * 60)
    box = figure.axes[0].get_position()
    assert box.x0 + box.x1 == pytest.approx(1)
    extent = figure.texts[0].get_window_extent()
    assert extent.x0 >= 0 and extent.x1 <= figure.bbox.x1


def test_figures_are_saved_where_they_say(tmp_path: Path) -> None:
    figure = image_grid(np.zeros((10, 10, 28, 28, 1)), columns="0123456789")
    path = save_figure(figure, tmp_path / "new" / "grid.png")
    assert path == tmp_path / "new" / "grid.png"
    with Image.open(path) as picture:
        assert picture.width == pytest.approx(10 * 0.58 * 150, rel=0.1)
