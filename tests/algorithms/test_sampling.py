"""Encoding, decoding and grids of styles; the prior that they start from."""

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import logit

from aae_jax.algorithms.autoencoder import Autoencoder
from aae_jax.algorithms.conditional_autoencoder import ConditionalAutoencoder
from aae_jax.algorithms.sampling import (
    decode,
    encode,
    interpolate,
    sample_prior,
    style_grid,
)
from aae_jax.algorithms.supervised import Supervised
from aae_jax.algorithms.unsupervised import Unsupervised
from aae_jax.core.config import Config
from aae_jax.errors import ConfigError
from tests.support.configs import everything_on, quick_state
from tests.support.reference.network import forward, sigmoid
from tests.support.trees import arrays, assert_close, assert_equal

Params = dict

N, Z, K, H, W, C = 5, 3, 4, 6, 5, 1


@pytest.fixture
def params(tiny: Config) -> Params:
    return quick_state(tiny).params


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(seed=1).uniform(0, 1, (N, H, W, C))


@pytest.fixture
def styles() -> np.ndarray:
    return np.random.default_rng(seed=2).normal(0, 5, (N, Z))


def test_codes_are_what_the_encoder_gives(
    tiny: Config, params: Params, images: np.ndarray
) -> None:
    z, _ = forward(slope(tiny), arrays(params["encoder"]), images.reshape(N, H * W))
    assert_close(encode(tiny, params, images), z, tolerance=1e-6)


def test_codes_and_prior_are_in_one_unit_whatever_networks_see(
    tutorial: Config, default: Config, params: Params, images: np.ndarray
) -> None:
    default = replace(default, activation=tutorial.activation)
    codes = [encode(config, params, images) for config in (tutorial, default)]
    assert tutorial.standardizes != default.standardizes
    assert_equal(*codes)
    assert_equal(
        *(sample_prior(config, jax.random.key(0), N) for config in (tutorial, default))
    )


def test_contents_are_painted_in_styles(
    tiny: Config, params: Params, styles: np.ndarray
) -> None:
    labels = np.array([3, 0, 1, 1, 2])
    scale = tiny.scale if tiny.standardizes else 1
    inputs = np.hstack([np.eye(K)[labels], styles / scale])
    logits, _ = forward(slope(tiny), arrays(params["decoder"]), inputs)
    expected = sigmoid(logits / tiny.temperature).reshape(N, H, W, C)
    assert_close(decode(tiny, params, styles, labels), expected, tolerance=1e-6)


def test_the_temperature_divides_the_log_odds_of_pixels(
    default: Config, styles: np.ndarray
) -> None:
    params, labels = quick_state(default).params, np.zeros(N, int)
    plain, sharp, grey = (
        logit(decode(replace(default, temperature=T), params, styles, labels))
        for T in (1.0, 0.5, 4.0)
    )
    assert np.abs(plain).max() > 0.5
    np.testing.assert_allclose(sharp, 2 * plain, atol=1e-4)
    np.testing.assert_allclose(grey, plain / 4, atol=1e-4)


def test_a_style_grid_has_one_style_a_row_and_one_content_a_column(
    tiny: Config, params: Params
) -> None:
    grid = style_grid(tiny, params, jax.random.key(0), num_styles=N)
    z = sample_prior(tiny, jax.random.key(0), N)
    assert grid.shape == (N, K, H, W, C)
    for content in range(K):
        column = decode(tiny, params, z, jnp.full(N, content))
        assert_close(grid[:, content], column, tolerance=1e-6)


def test_styles_and_contents_of_a_grid_differ(default: Config) -> None:
    params = quick_state(default).params
    grid = np.asarray(style_grid(default, params, jax.random.key(0), num_styles=N))
    assert np.all(np.ptp(grid, axis=0).max(axis=(1, 2, 3)) > 1e-3)
    assert np.all(np.ptp(grid, axis=1).max(axis=(1, 2, 3)) > 1e-3)


def test_labels_may_be_traced(tutorial: Config, params: Params) -> None:
    z, labels = jnp.ones((N, Z)), jnp.arange(N) % K
    inside = jax.jit(partial(decode, tutorial))(params, z, labels)
    assert_close(inside, decode(tutorial, params, z, labels), tolerance=1e-6)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((N, H, W)), r"channel with images\[..., None\]"),
        (np.zeros((H, W, C)), r"shape \[N, 6, 5, 1\], not \[6, 5, 1\]"),
        (np.zeros((N, W, H, C)), r"shape \[N, 6, 5, 1\], not \[5, 5, 6, 1\]"),
        (
            np.zeros((N, H, W, C), np.uint8),
            "floating point .* not uint8: divide .* by 255",
        ),
    ],
)
def test_images_that_cannot_be_encoded_are_refused(
    tutorial: Config, params: Params, images: np.ndarray, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        encode(tutorial, params, images)


@pytest.mark.parametrize(
    ("z", "labels", "message"),
    [
        (
            np.zeros((N, 2)),
            np.zeros(N, int),
            r"z must have shape \[N, 3\], not \[5, 2\]",
        ),
        (np.zeros(Z), np.zeros(N, int), r"z must have shape \[N, 3\], not \[3\]"),
        (
            np.zeros((N, Z)),
            np.zeros(4, int),
            r"must be 5 integers.* not int.* \[4\]",
        ),
        (np.zeros((N, Z)), np.zeros(N), "must be 5 integers, .* not float"),
        (np.zeros((N, Z)), np.eye(N), r"must be 5 integers, .* shape \[5, 5\]"),
        (np.zeros((N, Z)), np.arange(N), "must be classes 0 to 3, not 0 to 4"),
        (np.zeros((N, Z)), np.arange(N) - 1, "must be classes 0 to 3, not -1 to 3"),
    ],
)
def test_styles_and_labels_that_cannot_be_painted_are_refused(
    tutorial: Config, params: Params, z: np.ndarray, labels: np.ndarray, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        decode(tutorial, params, z, labels)


def test_pixels_out_of_range_are_refused(tiny: Config) -> None:
    params = quick_state(tiny).params
    with pytest.raises(ValueError, match=r"in \[0, 1\], not 0 to 255: divide pixels"):
        encode(tiny, params, np.array([0, 255]).repeat(15).reshape(1, H, W, C) / 1.0)
    with pytest.raises(ValueError, match=r"in \[0, 1\], not nan"):
        encode(tiny, params, np.full((1, H, W, C), np.nan))


def test_a_label_too_large_for_int32_is_refused(tiny: Config) -> None:
    params, z = quick_state(tiny).params, np.zeros((1, 3))
    with pytest.raises(ValueError, match="must be classes 0 to 3, not 4294967296"):
        decode(tiny, params, z, np.array([2**32]))


def test_no_images_have_no_codes(tiny: Config) -> None:
    params = quick_state(tiny).params
    assert encode(tiny, params, np.zeros((0, H, W, C), np.float32)).shape == (0, 3)


def test_checks_hold_for_arrays_that_a_compiled_function_closes_over(
    tutorial: Config, params: Params
) -> None:
    z, labels = jnp.ones((N, Z)), jnp.arange(N) % K
    inside = jax.jit(lambda z: decode(tutorial, params, z, labels))(z)
    assert_close(inside, decode(tutorial, params, z, labels), tolerance=1e-6)
    unknown = 2 * labels
    with pytest.raises(ValueError, match="must be classes 0 to 3, not 0 to 6"):
        jax.jit(lambda z: decode(tutorial, params, z, unknown))(z)


@pytest.mark.parametrize("algorithm", [Unsupervised, Autoencoder])
def test_a_decoder_that_is_told_no_label_takes_none(
    algorithm: type[Config], styles: np.ndarray
) -> None:
    config = everything_on(algorithm)
    params = quick_state(config).params
    assert decode(config, params, styles).shape == (N, H, W, C)
    with pytest.raises(ValueError, match=f"{config.kind} sees no labels: give none"):
        decode(config, params, styles, np.zeros(N, int))
    with pytest.raises(ConfigError, match="no grid of styles and contents"):
        style_grid(config, params, jax.random.key(0), 2)


@pytest.mark.parametrize("algorithm", [Supervised, ConditionalAutoencoder])
def test_a_decoder_that_is_told_the_label_needs_it(
    algorithm: type[Config], styles: np.ndarray
) -> None:
    config = everything_on(algorithm)
    params = quick_state(config).params
    with pytest.raises(ValueError, match=f"{config.kind} needs labels"):
        decode(config, params, styles)


@pytest.mark.parametrize("algorithm", [Autoencoder, ConditionalAutoencoder])
def test_without_a_prior_there_are_no_samples_of_it_and_walks_are_straight(
    algorithm: type[Config],
) -> None:
    config = everything_on(algorithm)
    with pytest.raises(ConfigError, match=f"{config.kind} has no prior"):
        sample_prior(config, jax.random.key(0), N)
    walk = interpolate(config, np.zeros(Z), np.full(Z, 4.0), 5)
    assert_close(walk, np.arange(5.0)[:, None] * np.ones(Z))


def test_a_style_grid_needs_a_prior() -> None:
    config = everything_on(ConditionalAutoencoder)
    with pytest.raises(ConfigError, match="has no prior"):
        style_grid(config, quick_state(config).params, jax.random.key(0), 2)


def test_with_a_prior_a_walk_is_the_priors(tutorial: Supervised) -> None:
    ends = jnp.array([3.0, -1.0, 2.0]), jnp.array([-2.0, 4.0, 1.0])
    assert_equal(interpolate(tutorial, *ends, N), tutorial.prior.walk(*ends, N))


def slope(config: Config) -> float:
    """The reference's word for the activation."""
    return 0.1 if config.activation == "leaky_relu" else 0
