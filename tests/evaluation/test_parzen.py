"""The Parzen window log-likelihood, against densities that are known."""

import numpy as np
import pytest

from aae_jax.evaluation.metrics import parzen
from aae_jax.evaluation.metrics.parzen import (
    best_width,
    log_densities,
    parzen_likelihood,
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def gaussian(rng: np.random.Generator, n: int, dims: int, std: float) -> np.ndarray:
    return (0.5 + std * rng.standard_normal((n, dims))).astype(np.float32)


def log_normal(squares: np.ndarray, dims: int, std: float) -> np.ndarray:
    """Log density of a round Gaussian at these squared distances from its mean."""
    return -squares / (2 * std**2) - dims * np.log(std * np.sqrt(2 * np.pi))


def test_one_window_is_a_gaussian(rng: np.random.Generator) -> None:
    images = rng.random((7, 3, 2, 1)).astype(np.float32)
    center = np.full((1, 3, 2, 1), 0.5, np.float32)
    squares = np.square(images - center).sum(axis=(1, 2, 3))
    widths = (0.1, 0.4)
    expected = [log_normal(squares, 6, width) for width in widths]
    found = log_densities(center, images, widths)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_windows_count_alike_also_where_many_lie_far_away(
    rng: np.random.Generator,
) -> None:
    near, image = np.full((1, 4), 0.2, np.float32), np.full((1, 4), 0.25, np.float32)
    far = np.full((9, 4), 50, np.float32)
    alone = log_densities(near, image, (0.1,))
    diluted = log_densities(np.concatenate([near, far]), image, (0.1,))
    np.testing.assert_allclose(diluted, alone - np.log(10), rtol=1e-5)


def test_windows_on_samples_of_a_gaussian_come_near_its_density(
    rng: np.random.Generator,
) -> None:
    std = 0.3
    samples, validation, images = (gaussian(rng, n, 2, std) for n in (4000, 1000, 1000))
    found = parzen_likelihood(samples, validation, images)
    known = log_normal(np.square(images - 0.5).sum(axis=1), 2, std)
    assert abs(found.mean - known.mean()) < 0.03
    assert found.standard_error == pytest.approx(known.std() / np.sqrt(1000), rel=0.1)


def test_of_infinitely_many_samples_the_density_is_the_wider_gaussian(
    rng: np.random.Generator,
) -> None:
    samples, images = gaussian(rng, 20_000, 2, 0.3), gaussian(rng, 500, 2, 0.3)
    found = log_densities(samples, images, (0.4,))[0]
    wider = log_normal(np.square(images - 0.5).sum(axis=1), 2, 0.5)
    np.testing.assert_allclose(found, wider, atol=0.03)


@pytest.mark.parametrize("width", [0.05, 0.217, 0.9])
def test_the_best_width_of_one_window_is_the_deviation(
    rng: np.random.Generator, width: float
) -> None:
    validation = gaussian(rng, 500, 400, width)
    center = np.full((1, 400), 0.5, np.float32)
    assert best_width(center, validation) == pytest.approx(width, rel=0.02)


def test_the_width_is_chosen_on_validation_images_alone(
    rng: np.random.Generator,
) -> None:
    samples, validation = gaussian(rng, 50, 3, 0.2), gaussian(rng, 50, 3, 0.2)
    near, far = (gaussian(rng, 20, 3, std) for std in (0.01, 2.0))
    widths = [
        parzen_likelihood(samples, validation, images).width for images in (near, far)
    ]
    assert widths[0] == widths[1] == best_width(samples, validation)


def test_blocks_do_not_matter(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples, images = rng.random((9, 4)), rng.random((11, 4))
    whole = log_densities(samples, images, (0.3,))
    monkeypatch.setattr(parzen, "_ROWS", 4)
    np.testing.assert_allclose(log_densities(samples, images, (0.3,)), whole, rtol=1e-5)


def test_samples_that_are_not_finite_have_no_likelihood() -> None:
    broken, images = np.full((3, 4), np.nan), np.zeros((5, 4))
    assert np.isnan(parzen_likelihood(broken, images, images)).all()
