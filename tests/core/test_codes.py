"""Codes: their units, their noise, and the Gaussian that they are found to have."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from aae_jax.algorithms.autoencoder import Autoencoder
from aae_jax.core.codes import (
    CodeGaussian,
    blurred,
    code_gaussian,
    gaussian_noise,
    in_units,
    noisy,
    sample_styles,
)
from aae_jax.core.priors import Gaussian
from tests.support.trees import assert_close, assert_equal, distance

Z = jnp.array([[4.0, 8.0, -2.0]])
FOUND = CodeGaussian(
    jnp.array([1.0, -2.0, 0.0]),
    jnp.array([[4.0, 1.0, 0.0], [1.0, 9.0, 0.0], [0.0, 0.0, 0.0]]),
)


def test_networks_are_shown_codes_in_the_units_that_the_config_asks(
    tutorial: Any,
) -> None:
    plain = replace(tutorial, prior=Gaussian(std=4.0))
    assert_equal(in_units(plain, Z), Z)
    assert_equal(in_units(replace(plain, standardizes=True), Z), Z / 4)


def test_noise_has_the_scale_of_codes(tutorial: Any) -> None:
    config = replace(tutorial, prior=Gaussian(std=4.0))
    noise = gaussian_noise(config, jax.random.key(0), 20_000)
    np.testing.assert_allclose(np.std(noise, axis=0), 4.0, rtol=0.02)


def test_noise_is_added_where_the_config_has_any(tutorial: Any) -> None:
    assert_equal(noisy(tutorial, Z, Z + 1), Z)
    assert_equal(noisy(replace(tutorial, latent_noise=0.1), Z, Z + 1), 2 * Z + 1)
    assert_equal(blurred(tutorial, Z, Z + 1), Z)
    blurring = replace(tutorial, discriminator_noise=0.1)
    assert_equal(blurred(blurring, Z, Z + 1), 2 * Z + 1)


def test_blur_is_in_the_units_of_codes(tutorial: Any) -> None:
    config = replace(
        tutorial, prior=Gaussian(std=4.0), standardizes=True, discriminator_noise=0.1
    )
    assert_equal(blurred(config, Z, Z), 2 * Z / 4)


def test_the_gaussian_of_codes_has_their_mean_and_covariance() -> None:
    z = np.random.default_rng(0).normal(2, 3, (50, 4))
    found = code_gaussian(jnp.asarray(z))
    assert_close(found.mean, z.mean(axis=0))
    assert_close(found.covariance, np.cov(z, rowvar=False), tolerance=1e-4)


def test_styles_are_drawn_from_that_gaussian_even_where_it_is_flat() -> None:
    z = FOUND.sample(jax.random.key(0), 20_000)
    found = code_gaussian(z)
    assert_close(found.mean, FOUND.mean, tolerance=0.1)
    assert_close(found.covariance, FOUND.covariance, tolerance=0.3)


def test_styles_come_from_the_prior_where_there_is_one(tutorial: Any) -> None:
    key = jax.random.key(0)
    prior = tutorial.prior.sample(key, 5, tutorial.latent_dim)
    assert_equal(sample_styles(tutorial, jax.random.key(0), 5, FOUND), prior)
    found = sample_styles(Autoencoder(latent_dim=3), jax.random.key(0), 5, FOUND)
    assert_equal(found, FOUND.sample(jax.random.key(0), 5))
    assert distance(found, prior) > 1
