"""What holds of the training of every algorithm: its phases and its steps.

A new algorithm joins by standing in the catalog.
"""

from dataclasses import fields, replace
from functools import partial
from operator import itemgetter
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import serialization

from aae_jax.algorithms.autoencoder import Autoencoder
from aae_jax.algorithms.catalog import ALGORITHMS, from_json, to_json
from aae_jax.algorithms.semi_supervised import SemiSupervised
from aae_jax.algorithms.supervised import Supervised
from aae_jax.core.config import Config
from aae_jax.core.convolutions import Convolutional
from aae_jax.core.networks import FullyConnected
from aae_jax.core.optimizers import Adam
from aae_jax.core.phases import TrainState, init_state, run_phase, train_step
from aae_jax.core.randomness import epoch_order, split_keys
from aae_jax.data import Dataset, DatasetSplits
from aae_jax.engine.epochs import train_epoch
from tests.support.configs import TINY, bare, everything_on, quick_state
from tests.support.marks import EXHAUSTIVE
from tests.support.trees import assert_close, assert_equal, distance

N, B, Z, K, IMAGE = 5, 8, 3, 4, TINY["image_shape"]
CONVOLUTIONAL = [
    everything_on(algorithm, network=Convolutional(channels=3))
    for algorithm in ALGORITHMS
]
CASES = [
    *map(everything_on, ALGORITHMS),
    *(config for config in CONVOLUTIONAL if isinstance(config, Autoencoder)),
]
ALWAYS = (Autoencoder, SemiSupervised, Supervised)
"""The algorithms with one phase, with three and with five; others are exhaustive."""


def name_of(config: Config) -> str:
    return f"{config.kind}-{config.network.kind}"


def case(config: Config) -> Any:
    is_plain = isinstance(config.network, FullyConnected)
    always = is_plain and type(config) in ALWAYS
    return pytest.param(config, marks=() if always else EXHAUSTIVE)


@pytest.fixture(params=map(case, CASES), ids=name_of)
def algorithm(request: pytest.FixtureRequest) -> Config:
    """A tiny config of every algorithm, and of one with convolutions."""
    return request.param


@pytest.fixture
def start(algorithm: Config) -> TrainState:
    return quick_state(algorithm)


@pytest.fixture
def extra(algorithm: Config, splits: DatasetSplits) -> Any:
    return jax.device_put(algorithm.extra(splits))


@pytest.fixture
def batch(algorithm: Config, data: Dataset, extra: Any) -> Any:
    return algorithm.batch(data, jnp.arange(B), extra)


@pytest.fixture
def draws(algorithm: Config) -> Any:
    return algorithm.draw(jax.random.key(5), B)


def test_a_phase_changes_its_own_and_nothing_else(
    algorithm: Config, start: TrainState, batch: Any, draws: Any
) -> None:
    for phase in algorithm.phases():
        after, _ = run_phase(algorithm, phase, start, batch, draws)
        own = {f"params.{name}" for name in phase.updates}
        assert changed(start, after) == own | {f"opt_states.{phase.name}"}


def test_a_state_holds_nothing_that_no_phase_changes(
    algorithm: Config, start: TrainState
) -> None:
    phases = algorithm.phases()
    assert set(start.params) == {name for phase in phases for name in phase.updates}
    assert set(start.opt_states) == {phase.name for phase in phases}


def test_a_step_is_its_phases_in_order_each_from_the_newest_parameters(
    algorithm: Config, start: TrainState, batch: Any, draws: Any
) -> None:
    actual, losses = train_step(algorithm, start, batch, draws)
    expected, expected_losses = start, {}
    for phase in algorithm.phases():
        newest = expected.params
        loss = phase.objective(algorithm, newest, batch, draws, start.step)
        expected_losses[phase.name] = loss
        expected, _ = run_phase(algorithm, phase, expected, batch, draws)
    assert_equal(actual, expected.replace(step=jnp.int32(1)))
    assert changed(start, actual) == set(parts(start))
    assert list(losses) == [phase.name for phase in algorithm.phases()]
    assert_close(losses, expected_losses, tolerance=1e-6)


def test_a_step_differs_from_one_in_which_all_phases_start_at_once(
    algorithm: Config, batch: Any, draws: Any
) -> None:
    hasty = replace(algorithm, **adams(algorithm, Adam(lr=0.03)))
    start = newest = quick_state(hasty)
    for phase in hasty.phases():
        old, _ = run_phase(hasty, phase, start, batch, draws)
        before, newest = newest, run_phase(hasty, phase, newest, batch, draws)[0]
        if before is start:
            continue
        for name in phase.updates:
            assert distance(moves(start, old, name), moves(before, newest, name)) > 0


@pytest.mark.slow
def test_jit_equals_eager(
    algorithm: Config, start: TrainState, batch: Any, draws: Any
) -> None:
    eager = train_step(algorithm, start, batch, draws)
    compiled = compiled_step(algorithm, start, batch, draws)
    assert_close(compiled, eager, tolerance=1e-6)


@pytest.mark.slow
def test_scan_equals_a_loop_over_the_compiled_step(
    algorithm: Config, data: Dataset, extra: Any
) -> None:
    keys, expected, history = split_keys(algorithm.seed), quick_state(algorithm), []
    orders = [epoch_order(algorithm, keys.shuffle, epoch) for epoch in range(2)]
    for step, indices in enumerate(jnp.concatenate(orders)):
        draws = algorithm.draw(jax.random.fold_in(keys.noise, step), B)
        batch = algorithm.batch(data, indices, extra)
        expected, losses = compiled_step(algorithm, expected, batch, draws)
        history.append(losses)
    actual, losses = trained(algorithm, quick_state(algorithm), data, extra, range(2))
    assert actual.step == len(history) == 10
    assert_close(actual, expected)
    assert_close(losses, jax.tree.map(lambda *steps: jnp.stack(steps), *history))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bits_and_another_does_not(
    algorithm: Config, data: Dataset, extra: Any
) -> None:
    once, again = (
        trained(algorithm, quick_state(algorithm), data, extra, range(1))
        for _ in range(2)
    )
    assert_equal(once, again)
    params = [quick_state(algorithm, seed).params for seed in (0, 1)]
    assert distance(*params) > 0.1


@pytest.mark.slow
def test_a_state_that_was_saved_and_loaded_trains_as_if_never_stopped(
    algorithm: Config, data: Dataset, extra: Any
) -> None:
    expected, _ = trained(algorithm, quick_state(algorithm), data, extra, range(3))
    state, _ = trained(algorithm, quick_state(algorithm), data, extra, range(1))
    saved = serialization.to_bytes(state)
    empty = jax.tree.map(jnp.zeros_like, quick_state(algorithm))
    loaded = jax.device_put(serialization.from_bytes(empty, saved))
    assert_equal(loaded, state)
    resumed, _ = trained(algorithm, loaded, data, extra, range(1, 3))
    assert_equal(resumed, expected)


@pytest.mark.slow
def test_seeds_trained_side_by_side_equal_each_alone(
    algorithm: Config, data: Dataset, extra: Any
) -> None:
    train = partial(train_epoch, algorithm, extra=extra)

    def start(seed: int) -> tuple[TrainState, jax.Array, jax.Array]:
        keys = split_keys(seed)
        order = epoch_order(algorithm, keys.shuffle, 0)
        return init_state(algorithm, keys.init), order, keys.noise

    starts = [start(seed) for seed in range(2)]
    states, orders, keys = jax.tree.map(lambda *leaves: jnp.stack(leaves), *starts)
    together = jax.vmap(train, in_axes=(0, None, 0, 0))(states, data, orders, keys)
    for seed, (state, order, key) in enumerate(starts):
        alone = train(state, data, order, key)
        assert_close(jax.tree.map(itemgetter(seed), together), alone)


@pytest.mark.slow
def test_a_few_pictures_can_be_learned(
    algorithm: Config, data: Dataset, extra: Any
) -> None:
    look: dict[str, Any] = {
        "weight_init": "lecun_normal",
        "activation": "leaky_relu",
        "network": algorithm.network,
    }
    plain = bare(type(algorithm), **look, **adams(algorithm, Adam(lr=1e-2)))
    few = Dataset(data.images[:B], data.labels[:B])
    order = jnp.tile(jnp.arange(B), (400, 1))
    state = quick_state(plain)
    before = plain.validate(state.params, *few)["validation_error"]
    state, _ = train_epoch(plain, state, data, order, jax.random.key(0), extra)
    after = plain.validate(state.params, *few)["validation_error"]
    # A bound on the likelihood asks for codes that a prior could give, noise and all.
    share = 0.25 if "reconstruction" in state.opt_states else 0.6
    assert after < share * before


@pytest.mark.parametrize("config", CONVOLUTIONAL, ids=name_of)
def test_a_step_of_convolutions_suits_every_algorithm(
    config: Config, splits: DatasetSplits
) -> None:
    config = replace(config, image_shape=(9, 7, 3))
    images = np.zeros((len(splits.train.labels), *config.image_shape), np.uint8)
    data = Dataset(images, splits.train.labels)
    extra = config.extra(replace(splits, train=data))

    def first_step(data: Dataset, extra: Any) -> tuple[TrainState, TrainState, Any]:
        state = quick_state(config)
        draws = config.draw(jax.random.key(0), B)
        batch = config.batch(data, jnp.arange(B), extra)
        after, _ = train_step(config, state, batch, draws)
        return state, after, config.validate(after.params, *data)

    before, after, described = jax.eval_shape(first_step, data, extra)
    assert before == after
    kernels = jax.tree.leaves(before.params)
    assert sum(len(kernel.shape) == 4 for kernel in kernels) == 4
    assert described["validation_error"].shape == ()


def test_json_brings_the_config_back(algorithm: Config) -> None:
    again = from_json(to_json(algorithm))
    assert again == algorithm
    assert hash(again) == hash(algorithm)
    assert {algorithm: "found"}[again] == "found"


def test_data_that_the_config_is_not_for_is_refused(
    algorithm: Config, data: Dataset, extra: Any
) -> None:
    key = jax.random.key(1)
    order = epoch_order(algorithm, jax.random.key(0), 0)
    flat = Dataset(data.images[..., 0], data.labels)
    fewer = Dataset(data.images[1:], data.labels[1:])
    for other, message in (
        (flat, r"give them their channel with images\[..., None\]"),
        (fewer, "the config is for images"),
    ):
        with pytest.raises(ValueError, match=message):
            train_epoch(algorithm, quick_state(algorithm), other, order, key, extra)


compiled_step = jax.jit(train_step, static_argnames="config")


def trained(
    config: Config, state: TrainState, data: Dataset, extra: Any, epochs: range
) -> tuple[TrainState, dict[str, jax.Array]]:
    """Train some epochs of the plan; returns the state and the losses [steps]."""
    keys, history = split_keys(config.seed), []
    for epoch in epochs:
        order = epoch_order(config, keys.shuffle, epoch)
        state, losses = train_epoch(config, state, data, order, keys.noise, extra)
        history.append(losses)
    return state, jax.tree.map(lambda *parts: jnp.concatenate(parts), *history)


def adams(config: Config, adam: Adam) -> dict[str, Adam]:
    """Return `adam` for each phase that the config has an optimizer for."""
    names = [field.name for field in fields(config)]
    return {name: adam for name in names if isinstance(getattr(config, name), Adam)}


def moves(before: TrainState, after: TrainState, name: str) -> Any:
    """Return how far a network moved."""
    return jax.tree.map(jnp.subtract, after.params[name], before.params[name])


def parts(state: TrainState) -> dict[str, Any]:
    """Everything that a phase may own, by name."""
    named = {"params": state.params, "opt_states": state.opt_states}
    return {"step": state.step} | {
        f"{kind}.{name}": part
        for kind, group in named.items()
        for name, part in group.items()
    }


def changed(before: TrainState, after: TrainState) -> set[str]:
    """Names of the parts in which any bit differs."""

    def differs(one: Any, other: Any) -> bool:
        return not all(jax.tree.leaves(jax.tree.map(np.array_equal, one, other)))

    old, new = parts(before), parts(after)
    assert set(old) == set(new)
    return {name for name in old if differs(old[name], new[name])}
