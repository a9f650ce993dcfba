"""Gaussians fitted to rows, and what is drawn from them."""

import numpy as np
import pytest

from aae_jax.evaluation.metrics.gaussians import (
    gaussian_of,
    sample_like,
    symmetric_root,
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_samples_have_the_mean_and_covariance_of_the_rows(
    rng: np.random.Generator,
) -> None:
    x = rng.normal(size=(500, 3)) @ rng.normal(size=(3, 3)) + [5, 0, -5]
    mean, covariance = gaussian_of(x)
    drawn = gaussian_of(sample_like(x, rng, 100_000))
    np.testing.assert_allclose(drawn.mean, mean, atol=0.05)
    np.testing.assert_allclose(drawn.covariance, covariance, atol=0.1)


def test_what_never_varies_is_drawn_as_it_is(rng: np.random.Generator) -> None:
    x = np.stack([rng.normal(size=50), np.full(50, 7.0)], axis=1)
    np.testing.assert_array_equal(sample_like(x, rng, 10)[:, 1], np.full(10, 7.0))


@pytest.mark.parametrize("x", [np.ones((1, 2)), np.array([[0, 1], [np.nan, 1]])])
def test_rows_without_a_gaussian_give_nothing(
    rng: np.random.Generator, x: np.ndarray
) -> None:
    drawn = sample_like(x, rng, 4)
    assert drawn.shape == (4, 2)
    assert np.isnan(drawn).all()


def test_one_dimension_is_no_special_case(rng: np.random.Generator) -> None:
    assert sample_like(rng.normal(size=(9, 1)), rng, 4).shape == (4, 1)


def test_the_root_of_a_covariance_is_symmetric(rng: np.random.Generator) -> None:
    factor = rng.normal(size=(4, 2))
    covariance = factor @ factor.T
    root = symmetric_root(covariance)
    np.testing.assert_allclose(root @ root, covariance, atol=1e-12)
    np.testing.assert_allclose(root, root.T, atol=1e-12)
