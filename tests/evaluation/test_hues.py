"""What a swap keeps of the hues of ink and ground."""

from typing import Any

import numpy as np
import pytest

from aae_jax.data import Dataset, pixels
from aae_jax.data.colored import hues, in_hues, ink, true_hues
from aae_jax.evaluation.hues import measure_hues
from aae_jax.evaluation.material import Material
from aae_jax.evaluation.metrics.angles import angle_correlation, circular_correlation
from aae_jax.evaluation.style import FAINT, measure_style
from tests.support import strokes as world

RNG = np.random.default_rng(0)
ANGLES = RNG.uniform(-np.pi, np.pi, 500)


def direct(a: np.ndarray, b: np.ndarray) -> float:
    """The definition of Fisher and Lee, pair by pair."""
    x, y = (np.sin(angles[:, None] - angles) for angles in (a, b))
    return float((x * y).sum() / np.sqrt((x**2).sum() * (y**2).sum()))


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.5, 10.0])
def test_the_correlation_is_that_of_fisher_and_lee(spread: float) -> None:
    other = ANGLES + RNG.normal(0, spread, 500)
    found = circular_correlation(ANGLES, other)
    assert found == pytest.approx(direct(ANGLES, other), abs=1e-9)


def test_turned_angles_correlate_and_mirrored_ones_oppositely() -> None:
    assert circular_correlation(ANGLES, ANGLES + 2) == pytest.approx(1)
    assert circular_correlation(ANGLES, 2 - ANGLES) == pytest.approx(-1)
    assert circular_correlation(ANGLES, ANGLES + 2 * np.pi) == pytest.approx(1)
    assert circular_correlation(ANGLES, np.ones(500)) == 0
    assert abs(circular_correlation(ANGLES, RNG.permutation(ANGLES))) < 0.1


def test_groups_count_by_their_sizes_and_small_ones_not() -> None:
    group = np.repeat([0, 1, 2], [30, 10, 4])
    before, after = ANGLES[:44], ANGLES[:44].copy()
    after[30:40] *= -1
    after[40:] = 0
    expected = (30 * 1 - 10) / 40
    assert angle_correlation(before, after, group) == pytest.approx(expected)
    assert np.isnan(angle_correlation(before[:4], after[:4], group[:4]))


def in_color(decode: Any) -> Material:
    """Strokes in hues, and a model whose codes are style and hues."""
    gray = world.drawn_splits().test
    images = in_hues(gray.images, true_hues(2, len(gray.labels)))

    def encode(images: Any) -> np.ndarray:
        images = np.asarray(images)
        shares = ink(images)
        styles = world.SIGMA * world.styles(np.where(shares < FAINT, 0, shares))
        return np.concatenate([styles, hues(images)], axis=1)

    def painted(z: Any, labels: Any) -> np.ndarray:
        strokes = world.draw(np.asarray(z)[:, :2] / world.SIGMA, labels)
        drawn = np.rint(255 * strokes).astype(np.uint8)
        return pixels(in_hues(drawn, decode(np.asarray(z)[:, 2:])))

    colored = Dataset(images, gray.labels)
    model = world.model(encode, painted, code_dim=4)
    return Material(model, None, colored, colored, colored, world.K)


def test_a_hue_that_is_kept_is_told_from_one_that_is_not() -> None:
    material = in_color(lambda found: found * [1, 0])
    found = measure_hues("colored_digits", material)
    assert found["ink"].value == pytest.approx(1, abs=0.01)
    assert found["ground"].value == pytest.approx(0, abs=0.05)
    for measure in found.values():
        assert measure.floor == pytest.approx(0, abs=0.05)
        assert measure.ceiling == 1
    assert measure_hues("digits", material) == {}


def test_slant_is_that_of_the_ink_whatever_its_hue() -> None:
    material = in_color(lambda found: found[:, ::-1])
    slant = measure_style("colored_digits", material)["slant"]
    assert slant.value is not None and slant.value > 0.97
    assert measure_style("digits", material)["slant"].value is None
