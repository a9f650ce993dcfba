"""The compiled epoch: its batches and draws, and what it repeats exactly."""

from dataclasses import replace
from typing import Any

import jax
import numpy as np
import pytest

from aae_jax.core.config import Batch, Config
from aae_jax.core.optimizers import Adam
from aae_jax.core.phases import TrainState
from aae_jax.core.randomness import epoch_order, split_keys
from aae_jax.data import Dataset
from aae_jax.engine.epochs import train_epoch
from tests.support.configs import first_state


def train(
    config: Config, state: TrainState, data: Dataset, epochs: range
) -> tuple[TrainState, list[dict[str, np.ndarray]]]:
    """Train some epochs of the plan; returns the state and each epoch's losses."""
    keys, history = split_keys(config.seed), []
    for epoch in epochs:
        order = epoch_order(config, keys.shuffle, epoch)
        state, losses = train_epoch(config, state, data, order, keys.noise)
        history.append(jax.device_get(losses))
    return state, history


def test_another_seed_gives_other_weights_orders_and_draws(default: Config) -> None:
    other = replace(default, seed=1)
    made = [
        (
            first_state(config).params,
            epoch_order(config, split_keys(config.seed).shuffle, 0),
            config.draw(split_keys(config.seed).noise, 8),
        )
        for config in (default, other)
    ]
    for one, another in zip(*map(jax.tree.leaves, made), strict=True):
        is_bias = not np.any(one)
        assert is_bias or not np.array_equal(one, another)


def test_the_state_is_given_away_and_nothing_else(
    tiny: Config, state: TrainState, data: Dataset
) -> None:
    new, _ = train(tiny, state, data, range(1))
    assert all(leaf.is_deleted() for leaf in jax.tree.leaves(state))
    assert not any(leaf.is_deleted() for leaf in jax.tree.leaves((new, data)))


def test_a_config_is_compiled_once(
    tutorial: Config, data: Dataset, compilations: list[Any]
) -> None:
    config, state = replace(tutorial, generator=Adam(2e-3)), first_state(tutorial)
    before = len(compilations)
    state, _ = train(config, state, data, range(1))
    after = len(compilations)
    assert after > before
    train(replace(config), state, data, range(1, 3))
    assert len(compilations) == after


def expected_batch(config: Config, data: Dataset, indices: np.ndarray) -> Batch:
    """The batch of these images, made by NumPy."""
    images, labels = (np.asarray(array)[indices] for array in data)
    pixels = images.astype(np.float32) / np.float32(255)
    return Batch(pixels, np.eye(config.num_classes, dtype=np.float32)[labels])


@pytest.mark.parametrize("change", [{"num_train": 44}, {"image_shape": (5, 6, 1)}])
def test_data_that_the_config_is_not_for_is_refused(
    tiny: Config, data: Dataset, change: dict
) -> None:
    keys, config = split_keys(0), replace(tiny, **change)
    order = epoch_order(config, keys.shuffle, 0)
    with pytest.raises(ValueError, match="the config is for images"):
        train_epoch(config, first_state(config), data, order, keys.noise)


def test_images_without_channels_are_refused_with_the_remedy(
    tutorial: Config, data: Dataset
) -> None:
    keys, flat = split_keys(0), data._replace(images=data.images[..., 0])
    order = epoch_order(tutorial, keys.shuffle, 0)
    with pytest.raises(ValueError, match=r"images\[\.\.\., None\]"):
        train_epoch(tutorial, first_state(tutorial), flat, order, keys.noise)
