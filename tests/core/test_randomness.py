"""The orders and draws of a run: what they are, and what alone decides them."""

from dataclasses import replace
from typing import Any

import jax
import numpy as np
import pytest

from aae_jax.algorithms.autoencoder import Autoencoder
from aae_jax.core.changes import alike
from aae_jax.core.config import Config
from aae_jax.core.priors import Gaussian
from aae_jax.core.randomness import epoch_order, split_keys
from tests.support.trees import assert_equal


def test_an_order_is_a_permutation_without_its_remainder(tutorial: Config) -> None:
    key = jax.random.key(0)
    orders = [epoch_order(tutorial, key, epoch) for epoch in range(4)]
    dropped = [frozenset(range(43)) - frozenset(o.ravel().tolist()) for o in orders]
    assert {order.shape for order in orders} == {(5, 8)}
    assert [len(images) for images in dropped] == [3, 3, 3, 3]
    assert len(set(dropped)) == 4
    assert len({order.tobytes() for order in map(np.asarray, orders)}) == 4


def test_an_order_depends_on_key_and_epoch_alone(tutorial: Config) -> None:
    order = epoch_order(tutorial, jax.random.key(0), 2)
    assert_equal(order, epoch_order(tutorial, jax.random.key(0), 2))
    assert not np.array_equal(order, epoch_order(tutorial, jax.random.key(1), 2))


def test_draws_are_independent_and_in_prior_units(tutorial: Any) -> None:
    config = replace(
        tutorial,
        prior=Gaussian(std=4.0),
        latent_noise=0.5,
        discriminator_noise=0.25,
    )
    draws = config.draw(jax.random.key(0), 20_000)
    expected = {"prior": 4.0, "noise": 2.0, "prior_blur": 1.0, "code_blur": 1.0}
    for name, array in draws._asdict().items():
        assert np.std(array) == pytest.approx(expected[name], rel=0.02)
    together = np.corrcoef([array.ravel() for array in draws])
    assert np.max(np.abs(together - np.eye(len(draws)))) < 0.02


def test_draws_depend_on_their_key_alone(algorithm: Config) -> None:
    draws = algorithm.draw(jax.random.key(0), 8)
    assert_equal(draws, algorithm.draw(jax.random.key(0), 8))
    for array, other in zip(draws, algorithm.draw(jax.random.key(1), 8), strict=True):
        assert not np.array_equal(array, other)


@pytest.mark.parametrize("std", [1.0, 4.0])
def test_without_a_prior_the_noise_on_codes_has_the_deviation_it_should(
    std: float, default: Any
) -> None:
    config = alike(Autoencoder, default, scale=std, latent_noise=0.5)
    (noise,) = config.draw(jax.random.key(0), 20_000)
    assert np.std(noise) == pytest.approx(0.5 * std, rel=0.02)


def test_no_two_streams_of_two_seeds_are_the_same() -> None:
    keys = [key for seed in (0, 1) for key in split_keys(seed)]
    numbers = {np.asarray(jax.random.key_data(key)).tobytes() for key in keys}
    assert len(numbers) == len(keys)
