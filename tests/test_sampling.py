"""Encoding, decoding and grids of styles; the prior that they start from."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import numpy_reference as reference
import pytest
from scipy.special import logit
from trees import arrays, assert_close, assert_equal

from aae_jax.config import Config
from aae_jax.loop import first_state
from aae_jax.priors import sample_prior
from aae_jax.sampling import decode, encode, paint, style_grid
from aae_jax.state import Params, TrainState, init_state

N, Z, K, H, W = 5, 3, 4, 6, 5


@pytest.fixture
def params(state: TrainState) -> Params:
    return state.params


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(seed=1).uniform(0, 1, (N, H, W))


@pytest.fixture
def styles() -> np.ndarray:
    return np.random.default_rng(seed=2).normal(0, 5, (N, Z))


def test_the_prior_is_a_gaussian_of_its_deviation(tutorial: Config) -> None:
    z = sample_prior(replace(tutorial, prior_std=3.0), jax.random.key(0), 20_000)
    assert z.shape == (20_000, Z)
    np.testing.assert_allclose(np.mean(z, axis=0), 0, atol=0.1)
    np.testing.assert_allclose(np.cov(z, rowvar=False), 9 * np.eye(Z), atol=0.4)
    assert np.mean(np.abs(z) < 3.0) == pytest.approx(0.6827, abs=0.01)


def test_codes_are_what_the_encoder_gives(
    tiny: Config, params: Params, images: np.ndarray
) -> None:
    z, _ = reference.forward(
        slope(tiny), arrays(params.encoder), images.reshape(N, H * W)
    )
    assert_close(encode(tiny, params, images), z, tolerance=1e-6)


def test_codes_and_prior_are_in_one_unit_whatever_the_discriminator_sees(
    tutorial: Config, default: Config, params: Params, images: np.ndarray
) -> None:
    default = replace(default, activation=tutorial.activation)
    codes = [encode(config, params, images) for config in (tutorial, default)]
    assert tutorial.discriminator_standardizes != default.discriminator_standardizes
    assert tutorial.decoder_standardizes != default.decoder_standardizes
    assert_equal(*codes)
    assert_equal(
        *(sample_prior(config, jax.random.key(0), N) for config in (tutorial, default))
    )


def test_contents_are_painted_in_styles(
    tiny: Config, params: Params, styles: np.ndarray
) -> None:
    labels = np.array([3, 0, 1, 1, 2])
    scale = tiny.prior_std if tiny.decoder_standardizes else 1
    inputs = np.hstack([np.eye(K)[labels], styles / scale])
    logits, _ = reference.forward(slope(tiny), arrays(params.decoder), inputs)
    expected = reference.sigmoid(logits / tiny.temperature).reshape(N, H, W)
    assert_close(decode(tiny, params, styles, labels), expected, tolerance=1e-6)


def test_the_temperature_divides_the_log_odds_of_pixels(
    default: Config, styles: np.ndarray
) -> None:
    params, labels = init_state(default, jax.random.key(0)).params, np.zeros(N, int)
    plain, sharp, grey = (
        logit(decode(replace(default, temperature=T), params, styles, labels))
        for T in (1.0, 0.5, 4.0)
    )
    assert np.abs(plain).max() > 0.5
    np.testing.assert_allclose(sharp, 2 * plain, atol=1e-4)
    np.testing.assert_allclose(grey, plain / 4, atol=1e-4)


def test_a_decoder_that_sees_no_label_paints_one_content(tiny: Config) -> None:
    blind = replace(tiny, decoder_sees_label=False)
    params = init_state(blind, jax.random.key(0)).params
    z = jax.random.normal(jax.random.key(1), (1, Z))
    painted = paint(blind, params, z, np.arange(K))
    assert_equal(painted[0], np.tile(painted[0, :1], (K, 1, 1)))


def test_paint_is_every_content_in_every_style(
    tiny: Config, params: Params, styles: np.ndarray
) -> None:
    labels = np.array([2, 0, 2])
    painted = paint(tiny, params, styles, labels)
    assert painted.shape == (N, 3, H, W)
    for column, label in enumerate(labels):
        expected = decode(tiny, params, styles, np.full(N, label))
        assert_close(painted[:, column], expected, tolerance=1e-6)


def test_a_style_grid_has_one_style_a_row_and_one_content_a_column(
    tiny: Config, params: Params
) -> None:
    grid = style_grid(tiny, params, jax.random.key(0), num_styles=N)
    z = sample_prior(tiny, jax.random.key(0), N)
    assert grid.shape == (N, K, H, W)
    for content in range(K):
        column = decode(tiny, params, z, jnp.full(N, content))
        assert_close(grid[:, content], column, tolerance=1e-6)


def test_styles_and_contents_of_a_grid_differ(default: Config) -> None:
    params = first_state(default).params
    grid = np.asarray(style_grid(default, params, jax.random.key(0), num_styles=N))
    assert np.all(np.ptp(grid, axis=0).max(axis=(1, 2)) > 1e-3)
    assert np.all(np.ptp(grid, axis=1).max(axis=(1, 2)) > 1e-3)


PUBLIC: dict[str, tuple[Callable[..., jax.Array], tuple[int, ...]]] = {
    "encode": (lambda c, p, key: encode(c, p, jnp.ones((N, H, W))), (N, Z)),
    "decode": (
        lambda c, p, key: decode(c, p, jnp.ones((N, Z)), jnp.arange(N) % K),
        (N, H, W),
    ),
    "sample_prior": (lambda c, p, key: sample_prior(c, key, N), (N, Z)),
    "style_grid": (lambda c, p, key: style_grid(c, p, key, 2), (2, K, H, W)),
}


@pytest.mark.parametrize("name", PUBLIC)
def test_public_functions_work_inside_jit(
    tutorial: Config, params: Params, name: str
) -> None:
    function, shape = PUBLIC[name]
    compiled = jax.jit(function, static_argnums=0)
    inside = compiled(tutorial, params, jax.random.key(0))
    assert inside.shape == shape
    assert_close(inside, function(tutorial, params, jax.random.key(0)), tolerance=1e-6)


def test_labels_may_be_traced(tutorial: Config, params: Params) -> None:
    z, labels = jnp.ones((N, Z)), jnp.arange(N) % K
    inside = jax.jit(partial(decode, tutorial))(params, z, labels)
    assert_close(inside, decode(tutorial, params, z, labels), tolerance=1e-6)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((H, W)), r"images must have shape \[N, 6, 5\], not \[6, 5\]"),
        (np.zeros((N, W, H)), r"images must have shape \[N, 6, 5\], not \[5, 5, 6\]"),
        (
            np.zeros((N, H, W), np.uint8),
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
    params = first_state(tiny).params
    with pytest.raises(ValueError, match=r"in \[0, 1\], not 0 to 255: divide pixels"):
        encode(tiny, params, np.array([0, 255]).repeat(15).reshape(1, 6, 5) / 1.0)
    with pytest.raises(ValueError, match=r"in \[0, 1\], not nan"):
        encode(tiny, params, np.full((1, 6, 5), np.nan))


def test_a_label_too_large_for_int32_is_refused(tiny: Config) -> None:
    params, z = first_state(tiny).params, np.zeros((1, 3))
    with pytest.raises(ValueError, match="must be classes 0 to 3, not 4294967296"):
        decode(tiny, params, z, np.array([2**32]))


def test_no_images_have_no_codes(tiny: Config) -> None:
    params = first_state(tiny).params
    assert encode(tiny, params, np.zeros((0, 6, 5), np.float32)).shape == (0, 3)


def slope(config: Config) -> float:
    """The reference's word for the activation."""
    return 0.1 if config.activation == "leaky_relu" else 0
