"""Metrics of images against known answers: content, quality, diversity, error."""

import numpy as np
import pytest

from aae_jax.evaluation.metrics.content import (
    balanced_labels,
    confusion,
    content_accuracy,
    other_labels,
    shifted_labels,
)
from aae_jax.evaluation.metrics.diversity import (
    class_means,
    class_variance,
    pixel_error,
)
from aae_jax.evaluation.metrics.frechet import frechet_distance


def test_content_is_counted_where_it_was_asked() -> None:
    asked, read = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0])
    assert content_accuracy(read, asked) == 0.5
    np.testing.assert_array_equal(
        confusion(read, asked, 3), [[1, 1, 0], [0, 1, 0], [1, 0, 0]]
    )


def test_swaps_ask_for_any_other_content() -> None:
    labels = balanced_labels(4000, 4)
    np.testing.assert_array_equal(np.bincount(labels), [1000] * 4)
    others = other_labels(labels, 4, np.random.default_rng(0))
    asked = confusion(others, labels, 4)
    assert (np.diag(asked) == 0).all()
    assert asked[~np.eye(4, dtype=bool)].min() > 250
    np.testing.assert_array_equal(shifted_labels(np.array([0, 3]), 2, 4), [2, 1])


def test_frechet_distance_is_that_of_two_gaussians() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=(20_000, 3)) * [1, 2, 3] + [0, 1, 0]
    b = rng.normal(size=(20_000, 3)) * [3, 2, 1]
    closed_form = 1 + (3 - 1) ** 2 + (1 - 3) ** 2
    assert frechet_distance(a, b) == pytest.approx(closed_form, rel=0.03)
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a), rel=1e-9)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)


def test_frechet_distance_takes_correlated_and_dead_features() -> None:
    from scipy.linalg import sqrtm

    rng = np.random.default_rng(0)
    a = rng.normal(size=(500, 4)) @ rng.normal(size=(4, 4))
    b = rng.normal(size=(500, 4)) @ rng.normal(size=(4, 4))
    cov_a, cov_b = np.cov(a.T), np.cov(b.T)
    root = np.trace(sqrtm(cov_a @ cov_b).real)
    difference = a.mean(axis=0) - b.mean(axis=0)
    expected = difference @ difference + np.trace(cov_a + cov_b) - 2 * root
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-6)
    dead = np.zeros((500, 3))
    padded = [np.hstack([features, dead]) for features in (a, b)]
    assert frechet_distance(*padded) == pytest.approx(expected, rel=1e-6)
    assert np.isnan(frechet_distance(a[:1], b))


def test_variance_is_within_a_class_and_classes_weigh_alike() -> None:
    images = np.zeros((8, 2, 2, 1))
    images[:2, 0, 0, 0] = [0, 1]
    images[2:6] = 0.5
    labels = np.array([0, 0, 1, 1, 1, 1, 2, 3])
    assert class_variance(images, labels) == pytest.approx((0.25 / 4 + 0) / 2)
    assert np.isnan(class_variance(images[6:], labels[6:]))


def test_a_class_is_drawn_as_its_mean() -> None:
    images = np.stack([np.full((2, 2, 3), level) for level in (0.0, 0.5, 1.0)])
    means = class_means(images, np.array([0, 0, 2]), 3)
    assert means.shape == (3, 2, 2, 3)
    np.testing.assert_allclose(means[:, 0, 0, 0], [0.25, 0, 1])


def test_error_is_the_mean_over_images_and_pixels() -> None:
    images = np.zeros((2, 2, 2, 1))
    others = images.copy()
    others[0, 0, 0, 0] = 1
    assert pixel_error(images, others) == 1 / 8
    assert pixel_error(images, np.ones((2, 2, 1))) == 1
