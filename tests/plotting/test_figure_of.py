"""Every kind of picture is drawn as its type says, whatever the user has set."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

import jax
import jax.numpy as jnp
import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from aae_jax.core.pictures import (
    Codes,
    Paths,
    Picture,
    Plane,
    PlaneMap,
    Reconstructions,
    Samples,
    StyleGrid,
)
from aae_jax.plotting import figure_of, save_figure
from aae_jax.plotting.pictures import _FIGURES
from tests.support.processes import ROOT

IMAGES = np.random.default_rng(0).random((2, 3, 9, 8, 3))
CODES = np.random.default_rng(0).normal(0, 4, (50, 2))
LABELS = np.arange(50) % 3
PICTURES = {
    "style grid": StyleGrid(IMAGES),
    "samples": Samples(IMAGES),
    "reconstructions": Reconstructions(IMAGES[0], IMAGES[1], np.array(0.25)),
    "codes": Codes(CODES, CODES),
    "codes without a prior": Codes(CODES, None),
    "plane": Plane(CODES, LABELS, 1.5 * CODES),
    "plane without a prior": Plane(CODES, LABELS, None),
    "map": PlaneMap(IMAGES, np.array(2.5)),
    "paths": Paths(IMAGES),
}
WORDS = {
    "style grid": "each row is one style",
    "samples": "each image is a random code",
    "reconstructions": "error per pixel 0.2500",
    "codes": "the prior as an outline",
    "codes without a prior": "no prior",
    "plane": "on samples of the prior",
    "plane without a prior": "by label",
    "map": "from -2.5 to 2.5",
    "paths": "along one component",
}


SETTINGS = {
    "image.origin": "lower",
    "axes.facecolor": "black",
    "savefig.dpi": 30,
    "savefig.bbox": "tight",
    "font.size": 20,
    "axes.grid": True,
    "hist.bins": 3,
    "lines.linestyle": "--",
    "axes.xmargin": 0.3,
}


def drawn(picture: Picture, path: Path) -> np.ndarray:
    """Return the pixels of a figure as it is saved."""
    figure = figure_of(picture, title="seed 3", class_names=("a", "b", "c"))
    with Image.open(save_figure(figure, path)) as opened:
        return np.asarray(opened)


@pytest.mark.parametrize("name", PICTURES)
def test_each_kind_says_what_is_seen_and_whose_it_is(name: str) -> None:
    figure = figure_of(PICTURES[name], title="seed 3", class_names=("a", "b", "c"))
    title = figure.get_suptitle() or figure.texts[0].get_text()
    assert WORDS[name] in title and title.endswith("(seed 3)")
    columns = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    assert (columns == ["a", "b", "c"]) == (name == "style grid")


@pytest.mark.parametrize("name", PICTURES)
def test_the_settings_of_the_user_change_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    expected = drawn(PICTURES[name], path)
    with mpl.rc_context(SETTINGS):
        found = drawn(PICTURES[name], path)
        assert mpl.rcParams["font.size"] == 20
    np.testing.assert_array_equal(found, expected)


def test_there_is_a_figure_for_every_kind() -> None:
    assert set(_FIGURES) == set(get_args(Picture))


def test_arrays_of_jax_are_drawn_like_those_of_numpy(tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    picture = PICTURES["reconstructions"]
    on_device = jax.tree.map(jnp.float32, picture)
    np.testing.assert_array_equal(drawn(on_device, path), drawn(picture, path))


def test_a_matplotlib_that_does_not_start_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_bytes(b"font.size: \xff")
    program = "import sys; sys.path.insert(0, sys.argv[1]); import aae_jax.plotting"
    done = subprocess.run(
        [sys.executable, "-c", program, str(ROOT)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "ConfigError: matplotlib does not start" in done.stderr.splitlines()[-1]
    assert "matplotlibrc" in done.stderr.splitlines()[-1]
