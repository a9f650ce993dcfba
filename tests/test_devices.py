"""Many devices and many seeds, without code for them.

Rounding depends on how work is laid out, and an adversarial game amplifies it: two
layouts that agree to 4e-7 after 34 steps of a run may be 0.04 apart after 170. So these
comparisons hold for short runs only, and that is no fault of the layouts.
"""

from functools import partial

import jax
import jax.numpy as jnp
import pytest
from jax.sharding import AxisType, Mesh, NamedSharding
from jax.sharding import PartitionSpec as P
from trees import assert_close

from aae_jax.config import Config
from aae_jax.data import Dataset
from aae_jax.loop import first_state
from aae_jax.randomness import epoch_order, split_keys
from aae_jax.state import init_state
from aae_jax.training import train_epoch


@pytest.fixture
def mesh() -> Mesh:
    if jax.device_count() < 4:
        pytest.skip("needs 4 devices")
    return jax.make_mesh((4,), ("data",), axis_types=(AxisType.Auto,))


def long_order(config: Config, key: jax.Array) -> jax.Array:
    """The orders of three epochs, one after the other: 15 steps."""
    return jnp.concatenate([epoch_order(config, key, epoch) for epoch in range(3)])


def test_four_devices_equal_one(default: Config, data: Dataset, mesh: Mesh) -> None:
    keys, state = split_keys(default.seed), first_state(default)
    order = long_order(default, keys.shuffle)
    everywhere, split = NamedSharding(mesh, P()), NamedSharding(mesh, P(None, "data"))
    shared = (*jax.device_put((state, data), everywhere), jax.device_put(order, split))
    program = train_epoch.lower(default, *shared, keys.noise).compile()
    # Each device has 2 of the 8 images, and gradients are summed over all of them.
    text = str(program.as_text())
    assert "f32[2,6,5]" in text
    assert "all-reduce" in text
    sharded = program(*shared, keys.noise)
    assert all(len(leaf.devices()) == 4 for leaf in jax.tree.leaves(sharded))
    single = train_epoch(default, first_state(default), data, order, keys.noise)
    assert_close(jax.device_get(sharded), jax.device_get(single))


def test_vmapped_seeds_equal_separate_ones(default: Config, data: Dataset) -> None:
    init = jax.jit(init_state, static_argnames="config")
    seeds = jnp.array([3, 14])
    keys = jax.vmap(split_keys)(seeds)
    states = jax.vmap(partial(init, default))(keys.init)
    orders = jax.vmap(partial(long_order, default))(keys.shuffle)
    epochs = jax.vmap(partial(train_epoch, default), in_axes=(0, None, 0, 0))
    together = epochs(states, data, orders, keys.noise)
    for index, seed in enumerate(seeds):
        own = split_keys(seed)
        state, order = init(default, own.init), long_order(default, own.shuffle)
        alone = train_epoch(default, state, data, order, own.noise)
        assert_close(jax.tree.map(lambda leaf, i=index: leaf[i], together), alone)
