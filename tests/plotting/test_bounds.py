"""Figures stay of a usable size, and read as they are named, whatever the data is."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from aae_jax.core.pictures import StyleGrid
from aae_jax.plotting import figure_of, image_grid, left_out, save_figure
from aae_jax.plotting.grids import MAX_TILES
from aae_jax.plotting.looks import MAX_PIXELS

INCHES = 0.62
"""Of a tile, at most."""

SIDES = st.one_of(st.integers(1, 3), st.integers(MAX_TILES - 1, 3 * MAX_TILES))


@settings(max_examples=8)
@given(rows=SIDES, columns=SIDES, height=st.integers(1, 800), width=st.integers(1, 9))
def test_no_grid_grows_without_bound(
    rows: int, columns: int, height: int, width: int
) -> None:
    height, width = (height, width) if rows * columns < 9 else (height % 9 + 1, width)
    names = [str(number) for number in range(columns)]
    figure = image_grid(np.zeros((rows, columns, height, width, 1)), columns=names)
    drawn = np.minimum([columns, rows], MAX_TILES)
    words = left_out((rows, columns))
    room = np.array([max(0.3, 0.08 * len(words)), 0.7])
    assert (figure.get_size_inches() <= INCHES * drawn + room).all()
    assert bool(words) == (max(rows, columns) > MAX_TILES)
    assert [text.get_text() for text in figure.texts] == ([words] if words else [])


def test_a_grid_of_many_contents_says_how_many_there_are() -> None:
    names = [str(number) for number in range(964)]
    picture = StyleGrid(np.zeros((2, MAX_TILES, 8, 8, 1)))  # type: ignore[arg-type]
    figure = figure_of(picture, title="epoch 1", class_names=names)
    (title,) = figure.texts
    assert "the first 100 of 964 contents" in title.get_text()


def test_a_large_figure_has_fewer_dots_an_inch(tmp_path: Path) -> None:
    grid = image_grid(np.zeros((1, MAX_TILES, 8, 8, 1)))
    with Image.open(save_figure(grid, tmp_path / "grid.png")) as written:
        assert 0.9 * MAX_PIXELS < max(written.size) <= MAX_PIXELS


@settings(max_examples=5)
@given(
    name=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)
)
def test_names_of_classes_are_no_formulas(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    path = tmp_path_factory.mktemp("figures") / "grid.png"
    images = np.zeros((1, 3, 8, 8, 1))
    names = [name, f"${name}{{$", "$\\frac$"]
    save_figure(image_grid(images, columns=names, title=names[1]), path, dpi=20)
    with Image.open(Path(path)) as written:
        written.verify()
