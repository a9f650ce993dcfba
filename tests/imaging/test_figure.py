"""One figure is found among what lies beside it, or the picture is refused."""

from collections.abc import Callable

import numpy as np
import pytest

from aae_jax.errors import DataError
from tests.support.pictures import figure, prepared, reference, rmse

PAPER, INK = 0.9, 0.15


def sheet() -> np.ndarray:
    """A figure of ink in the midst of a sheet of paper, [H, W] in [0, 1]."""
    drawn = np.pad(figure(), 120)
    return PAPER + (INK - PAPER) * drawn


def ruled(picture: np.ndarray) -> None:
    for row in range(20, len(picture), 45):
        picture[row : row + 3] = np.minimum(picture[row : row + 3], 0.4)


def boxed(picture: np.ndarray) -> None:
    for edge in (picture, picture.T):
        edge[30:34, 30:-30] = edge[-34:-30, 30:-30] = 0.3


def punched(picture: np.ndarray) -> None:
    y, x = np.ogrid[: picture.shape[0], : picture.shape[1]]
    for height in (0.3, 0.7):
        picture[np.hypot(y - height * picture.shape[0], x - 40) < 14] = 0.05


def spilled(picture: np.ndarray) -> None:
    y, x = np.ogrid[: picture.shape[0], : picture.shape[1]]
    picture[np.hypot(y - 60, x - 60) < 45] = 0.1


def scanned(picture: np.ndarray) -> None:
    picture[:, :12] = picture[-9:] = 0.02


def corner_in_the_dark(picture: np.ndarray) -> None:
    y, x = np.ogrid[: picture.shape[0], : picture.shape[1]]
    far = np.hypot(y, x) / np.hypot(*picture.shape)
    picture *= np.clip(0.35 + 2.5 * far, 0, 1)


@pytest.mark.parametrize(
    "spoil",
    [ruled, boxed, punched, spilled, scanned, corner_in_the_dark],
    ids=lambda f: f.__name__,
)
def test_what_lies_beside_a_figure_is_left_out(
    spoil: Callable[[np.ndarray], None],
) -> None:
    picture = sheet()
    spoil(picture)
    assert rmse(prepared(picture), reference()) < 0.08


@pytest.mark.parametrize("axis", [0, 1])
def test_several_figures_are_refused(axis: int) -> None:
    with pytest.raises(DataError, match="shows several figures"):
        prepared(np.concatenate([sheet(), sheet()], axis=axis))


def test_paper_alone_is_refused() -> None:
    with pytest.raises(DataError, match="no ink"):
        prepared(np.full_like(sheet(), PAPER))
