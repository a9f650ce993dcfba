"""What is measured of drawn strokes, and how a correlation of it is taken."""

import numpy as np
import pytest

from aae_jax.evaluation.metrics.handwriting import (
    height,
    rank_correlation,
    shuffled_within,
    size,
    slant,
    thickness,
    width,
)


def stroke(thick: float, shear: float = 0.0, side: int = 28) -> np.ndarray:
    """Draw a stroke with round ends that leans `shear` pixels a row to the right."""
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    beyond_end = np.maximum(np.abs(y) - 8, 0)
    distance = np.hypot(x + shear * y, beyond_end)
    return np.clip(thick / 2 + 0.5 - distance, 0, 1)[..., None].astype(np.float32)


@pytest.mark.parametrize("shear", [-0.6, -0.2, 0.0, 0.3, 0.5])
def test_slant_is_the_shear_of_a_stroke(shear: float) -> None:
    (found,) = slant(stroke(3, shear)[None])
    assert np.tan(found) == pytest.approx(shear, abs=0.02)


@pytest.mark.parametrize("thick", [2, 3, 4, 6])
def test_thickness_is_the_width_of_a_stroke(thick: int) -> None:
    (found,) = thickness(stroke(thick)[None])
    assert found == pytest.approx(thick, abs=0.2)


@pytest.mark.parametrize("shear", [0.0, 0.2])
def test_width_height_and_size_are_those_of_a_bar_even_a_leaning_one(
    shear: float,
) -> None:
    y, x = np.mgrid[:28, :28] - 13.5
    inside = (np.abs(x + shear * y) <= 4) & (np.abs(y) <= 8)
    bar = inside[None, ..., None].astype(np.float32)
    assert width(bar)[0] == pytest.approx(8, abs=0.3)
    assert height(bar)[0] == pytest.approx(16, abs=0.3)
    assert size(bar)[0] == pytest.approx(128**0.5, abs=0.3)


def test_faint_ink_is_as_thick_as_bright_ink() -> None:
    bright = stroke(3)
    np.testing.assert_allclose(thickness(np.stack([bright, 0.3 * bright])), 3)


def test_no_ink_has_no_slant_nor_any_extent() -> None:
    images = np.stack([np.zeros((28, 28, 1), np.float32), stroke(3, 0.3)])
    for measure in (slant, thickness, width, height, size):
        assert measure(images)[0] == 0
    assert slant(images)[1] > 0.2


def test_images_are_measured_each_by_itself() -> None:
    images = np.stack([stroke(thick) for thick in (2, 5, 3)] * 100)
    each = [thickness(image[None])[0] for image in images[:3]]
    np.testing.assert_allclose(thickness(images), np.tile(each, 100), atol=0.05)


def test_correlation_is_taken_within_groups_only() -> None:
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1], 200)
    before, after = rng.normal(size=400) + 100 * group, rng.normal(size=400)
    assert abs(rank_correlation(before, after + 100 * group, group)) < 0.15
    assert rank_correlation(before, np.exp(before / 100), group) == pytest.approx(1)
    signs = np.where(group == 0, 1, -1)
    assert rank_correlation(before, signs * before, group) == pytest.approx(0)


def test_correlation_is_spearmans_and_weighs_groups_by_size() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(0)
    group = np.repeat([0, 1], [30, 90])
    before = rng.normal(size=120)
    after = (before + rng.normal(size=120)).round(1)
    parts = [
        spearmanr(before[group == number], after[group == number]).statistic
        for number in (0, 1)
    ]
    expected = (30 * parts[0] + 90 * parts[1]) / 120
    assert rank_correlation(before, after, group) == pytest.approx(expected)


def test_what_does_not_vary_preserves_nothing_or_says_nothing() -> None:
    before, group = np.arange(20.0), np.repeat([0, 1], 10)
    assert rank_correlation(before, np.ones(20), group) == 0
    assert np.isnan(rank_correlation(np.ones(20), before, group))
    assert np.isnan(rank_correlation(before, before, np.arange(20) // 2))


def test_shuffling_stays_within_the_group() -> None:
    rng = np.random.default_rng(0)
    group = rng.integers(0, 3, 300)
    values = group + rng.random(300)
    shuffled = shuffled_within(values, group, rng)
    np.testing.assert_array_equal(np.floor(shuffled), group)
    np.testing.assert_array_equal(np.sort(shuffled), np.sort(values))
    assert abs(rank_correlation(values, shuffled, group)) < 0.2
