"""The recipes: complete, made to fit the data, and what each of them leads to."""

import dataclasses
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.algorithms.autoencoder import Autoencoder
from aae_jax.algorithms.conditional_autoencoder import ConditionalAutoencoder
from aae_jax.algorithms.recipes import (
    DEFAULT,
    DEFAULT_SMALL,
    RECIPES,
    SMALL_DATASET,
    TUTORIAL,
    alike,
    config_for,
    recipe_for,
    with_data,
)
from aae_jax.algorithms.supervised import Supervised, is_prior
from aae_jax.algorithms.unsupervised import Unsupervised
from aae_jax.core.config import DATA_FIELDS, Config
from aae_jax.core.optimizers import Adam, rates
from aae_jax.core.randomness import split_keys
from aae_jax.data import Dataset, DatasetSplits
from aae_jax.engine.epochs import train_epoch
from aae_jax.errors import ConfigError
from tests.support.configs import first_state, quick_state
from tests.support.marks import EXHAUSTIVE

GOLDEN = json.loads(Path(__file__).with_name("golden_losses.json").read_text())
"""Losses of the steps 1, 10, 20 and 30, by recipe and phase."""

MEASURED: dict[str, Config] = {
    "tutorial": TUTORIAL,
    "default": DEFAULT,
    "default_small": replace(DEFAULT_SMALL, image_shape=(8, 8, 1), num_train=1437),
}


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("num_train", [SMALL_DATASET - 1, SMALL_DATASET])
def test_every_recipe_can_train(name: str, num_train: int) -> None:
    recipe = recipe_for(name, num_train)
    assert recipe.networks()
    assert recipe.phases()
    assert hash(recipe) == hash(replace(recipe))
    with pytest.raises(dataclasses.FrozenInstanceError):
        recipe.epochs = 1  # type: ignore[misc]


def test_an_unknown_recipe_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match=r"no recipe 'fancy': choose .*default.*"):
        recipe_for("fancy", SMALL_DATASET)


def test_the_discriminator_knows_the_label_in_the_default_alone(
    tutorial: Supervised, default: Supervised
) -> None:
    assert spread_over_labels(tutorial) == 0
    assert spread_over_labels(default) > 1e-3


def test_the_default_paints_with_more_decision_than_it_learned(
    tutorial: Supervised, default: Supervised
) -> None:
    assert tutorial.temperature == 1 > default.temperature


def test_a_run_of_the_tutorial_may_go_on_and_one_of_the_default_may_not() -> None:
    assert not TUTORIAL.depends_on_length
    assert DEFAULT.depends_on_length
    assert DEFAULT_SMALL.depends_on_length


def test_the_rates_of_the_default_end_at_zero_and_those_of_the_tutorial_do_not() -> (
    None
):
    assert rates(TUTORIAL, TUTORIAL.generator.lr) == TUTORIAL.generator.lr
    for recipe in (DEFAULT, DEFAULT_SMALL):
        for adam in (recipe.reconstruction, recipe.discriminator, recipe.generator):
            assert isinstance(adam, Adam)
            planned: Any = rates(recipe, adam.lr, adam.hold)
            assert planned(recipe.num_steps) == pytest.approx(0, abs=1e-9)
            assert planned(recipe.num_steps // 8) > 0.8 * adam.lr


def test_small_sets_have_narrower_networks_of_their_own() -> None:
    assert recipe_for("default", SMALL_DATASET - 1) is DEFAULT_SMALL
    assert recipe_for("default", SMALL_DATASET) is DEFAULT
    assert recipe_for("tutorial", SMALL_DATASET - 1) is TUTORIAL
    assert DEFAULT_SMALL.latent_dim < DEFAULT.latent_dim
    assert DEFAULT_SMALL.hidden_dim < DEFAULT.hidden_dim


@pytest.mark.parametrize("num_train", [SMALL_DATASET - 1, SMALL_DATASET])
def test_the_arms_are_the_default_but_for_their_algorithm(num_train: int) -> None:
    default = recipe_for("default", num_train)
    for name, algorithm in (
        ("unsupervised", Unsupervised),
        ("autoencoder", Autoencoder),
        ("no_adversary", ConditionalAutoencoder),
    ):
        arm = recipe_for(name, num_train)
        assert type(arm) is algorithm
        assert arm.scale == default.scale
        shared = {field.name for field in fields(default)} & {
            field.name for field in fields(arm)
        }
        assert len(shared) > 15
        assert all(getattr(arm, name) == getattr(default, name) for name in shared)


def test_an_algorithm_alike_shares_the_fields_that_both_have() -> None:
    arm = alike(Unsupervised, replace(DEFAULT, latent_noise=0.3), seed=7)
    assert (arm.latent_noise, arm.generator, arm.seed) == (0.3, DEFAULT.generator, 7)


def test_the_data_decides_its_fields_and_nothing_else(splits: DatasetSplits) -> None:
    recipe = replace(TUTORIAL, batch_size=8)
    fitted = with_data(recipe, splits)
    assert (fitted.image_shape, fitted.num_classes, fitted.num_train) == (
        (6, 5, 1),
        4,
        43,
    )
    restored = {name: getattr(recipe, name) for name in DATA_FIELDS}
    assert replace(fitted, **restored) == recipe
    with pytest.raises(ConfigError, match="choose --batch-size 43 or less"):
        config_for("tutorial", splits)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n == "default" else EXHAUSTIVE) for n in MEASURED],
)
def test_the_first_steps_are_those_that_were_measured(name: str) -> None:
    config = MEASURED[name]
    num_steps, rng = 30, np.random.default_rng(0)
    n = num_steps * config.batch_size
    images = rng.integers(0, 256, (n, *config.image_shape), dtype=np.uint8)
    labels = rng.integers(0, 10, n).astype(np.int32)
    order = np.random.default_rng(1).permutation(n).reshape(num_steps, -1)
    _, losses = train_epoch(
        config,
        first_state(config),
        jax.device_put(Dataset(images, labels)),
        jnp.asarray(order, jnp.int32),
        split_keys(config.seed).noise,
    )
    shown = np.array([0, 9, 19, 29])
    for phase, expected in GOLDEN[name].items():
        # Rounding, which the game amplifies, depends on the number of devices.
        *early, last = zip(losses[phase][shown], expected, strict=True)
        np.testing.assert_allclose(*np.transpose(early), rtol=1e-5)
        np.testing.assert_allclose(*last, rtol=5e-5)


def spread_over_labels(config: Supervised) -> float:
    """Return how far the discriminator's answers about one code differ by label."""
    params = quick_state(replace(config, weight_init="lecun_normal")).params
    K = config.num_classes
    z = jnp.ones((K, config.latent_dim))
    logits = is_prior(config, params, z, jnp.zeros_like(z), jnp.eye(K))
    return float(jnp.ptp(logits))
