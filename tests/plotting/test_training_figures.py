"""What is watched while a run trains: losses by name, and codes beside a prior."""

from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from aae_jax.plotting import loss_figure, posterior_figure


def labels(axes: Axes) -> list[str]:
    legend = axes.get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()]


def metrics(num_epochs: int, *losses: str) -> list[dict[str, Any]]:
    names = (*losses, "validation_error")
    return [
        {"epoch": epoch, **{name: epoch + place for place, name in enumerate(names)}}
        for epoch in range(1, num_epochs + 1)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("has_prior", [True, False])
@pytest.mark.parametrize("num_dimensions", [1, 2, 15, 40])
def test_each_dimension_has_a_histogram(num_dimensions: int, has_prior: bool) -> None:
    codes = np.random.default_rng(0).normal(0, 5, (100, num_dimensions))
    figure = posterior_figure(codes, codes if has_prior else None)
    drawn = [axes for axes in figure.axes if axes.patches]
    assert len(drawn) == min(num_dimensions, 32)
    bars = [patch for patch in drawn[0].patches if isinstance(patch, Rectangle)]
    area = sum(bar.get_width() * bar.get_height() for bar in bars)
    assert area == pytest.approx(1)


def test_the_outline_is_that_of_the_samples() -> None:
    rng = np.random.default_rng(0)
    codes, prior = rng.normal(0, 2, (100, 1)), rng.uniform(1, 2, (4000, 1))
    (axes,) = posterior_figure(codes, prior).axes
    (outline,) = [patch for patch in axes.patches if isinstance(patch, Polygon)]
    x, density = outline.get_xy().T
    inside = density[(x > 1.3) & (x < 1.7)]
    np.testing.assert_allclose(inside, 1, atol=0.25)
    assert density[(x < 0.7) | (x > 2.3)].max() == 0


def test_without_a_prior_there_is_no_curve_and_no_word_of_one() -> None:
    figure = posterior_figure(np.zeros((10, 2)), None, note="seed 3")
    patches = [patch for axes in figure.axes for patch in axes.patches]
    assert not any(isinstance(patch, Polygon) for patch in patches)
    assert figure.get_suptitle() == (
        "codes of validation images; there is no prior to match (seed 3)"
    )


@pytest.mark.parametrize("num_dimensions", [1, 3, 15])
def test_the_title_fits_whatever_the_number_of_dimensions(num_dimensions: int) -> None:
    codes = np.random.default_rng(0).normal(size=(20, num_dimensions))
    figure = posterior_figure(codes, codes, note="1000 epochs, seed 0")
    figure.draw_without_rendering()
    extent = figure.texts[0].get_window_extent()
    assert extent.x0 >= 0 and extent.x1 <= figure.bbox.x1


@pytest.mark.parametrize("num_epochs", [1, 4])
def test_losses_are_drawn_against_epochs_under_their_own_names(num_epochs: int) -> None:
    names = ("paint", "style", "content", "fool", "classify")
    found = metrics(num_epochs, *names)
    left, middle, right = loss_figure(found, names).axes
    assert labels(left) == ["paint"]
    assert labels(middle) == ["validation error"]
    assert labels(right) == ["style", "content", "fool", "classify"]
    lines = (*left.lines, *middle.lines, *right.lines[: len(names) - 1])
    for line, place in zip(lines, (0, 5, 1, 2, 3, 4), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), range(1, num_epochs + 1))
        assert line.get_ydata()[0] == 1 + place


def test_undecided_is_marked_beside_further_losses_alone() -> None:
    names = ("reconstruction", "discriminator", "generator", "classification")
    left, right, last = loss_figure(metrics(2, *names), names).axes
    assert labels(last) == ["classification"]
    assert all(line.get_ls() == "-" for line in last.lines)
    assert labels(left) == ["reconstruction", "validation error"]
    dotted = [line.get_ydata()[0] for line in right.lines if line.get_ls() == ":"]
    np.testing.assert_allclose(dotted, [2 * np.log(2), np.log(2)])
    (alone,) = loss_figure(metrics(2, "reconstruction"), ("reconstruction",)).axes
    assert all(line.get_ls() == "-" for line in alone.lines)
