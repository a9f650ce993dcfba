"""Three steps of every algorithm against NumPy's, in both precisions."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import partial
from importlib import import_module
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from aae_jax.algorithms import agreement
from aae_jax.algorithms.catalog import ALGORITHMS, to_dict
from aae_jax.algorithms.supervised import Supervised
from aae_jax.core.config import Config
from aae_jax.core.optimizers import Adam
from aae_jax.core.phases import TrainState, init_state, train_step
from aae_jax.core.priors import Gaussian
from aae_jax.data import Dataset, DatasetSplits, pixels
from tests.support.configs import TINY
from tests.support.reference import adam, step
from tests.support.trees import arrays

REFERENCES = {
    algorithm.kind: import_module(f"tests.support.reference.{algorithm.kind}")
    for algorithm in ALGORITHMS
}
"""Of every algorithm, the module of its name; its `train_step` is the reference."""

# The plan is eight steps, of which three are taken: a cosine has begun to fall by
# then, and the style agreement has faded. The rates of the phases differ, so that none
# can pass for another.
NUM_BATCHES, NUM_PLANNED = 3, 8
PLAN = {**TINY, "num_train": TINY["batch_size"], "epochs": NUM_PLANNED}
RATES = (3e-3, 2e-3, 1e-3, 2.5e-3, 1.5e-3)

SWITCHES: list[dict[str, Any]] = [
    {},
    {"activation": "leaky_relu"},
    {"prior": Gaussian(std=4.0), "scale": 4.0, "standardizes": True},
    {"discriminator_sees": "label"},
    {"discriminator_sees": "label_logit"},
    {"discriminator_noise": 0.4},
    {"latent_noise": 0.3},
    {"agreement_weight": 0.1},
    {"agreement_weight": 0.1, "image_shape": (6, 5, 3)},
    {"schedule": "cosine"},
    {"schedule": "cosine", "hold": 0.25},
    {"beta1": 0.5},
    {"warmup_epochs": 2},
]


def asked(algorithm: type[Config], switches: dict[str, Any]) -> Config | None:
    """Return the algorithm's config, or None where it lacks all of the switches."""
    own = {field.name: field.default for field in fields(algorithm)}
    of_adam = {n: switches[n] for n in ("beta1", "hold") if n in switches}
    named = {n: value for n, value in switches.items() if n in own}
    if switches and not (of_adam or named):
        return None
    phases = [name for name, value in own.items() if isinstance(value, Adam)]
    adams = {
        name: Adam(lr=rate, **of_adam)
        for name, rate in zip(phases, RATES, strict=False)
    }
    return algorithm(**{**PLAN, **adams, **named})


# The supervised one with each switch alone; the others have theirs on together.
CASES = [
    pytest.param(config, id="+".join(map(str, switches.values())))
    for switches in SWITCHES
    if (config := asked(Supervised, switches))
]


@pytest.fixture
def double() -> Iterator[None]:
    """A precision with no room for a formula that is nearly right."""
    with jax.enable_x64(True):
        yield


@pytest.mark.usefixtures("double")
def test_three_steps_with_everything_on_equal_the_numpy_reference(
    algorithm: Config,
) -> None:
    config = planned(algorithm)
    compiled = jax.jit(train_step, static_argnames="config")
    check_three_steps(config, compiled, np.float64, tolerance=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("config", CASES)
@pytest.mark.usefixtures("double")
def test_three_steps_with_one_switch_equal_the_numpy_reference(config: Config) -> None:
    check_three_steps(config, train_step, np.float64, tolerance=1e-10)


@pytest.mark.slow
@pytest.mark.exhaustive
def test_three_steps_are_as_good_in_single_precision(default: Config) -> None:
    check_three_steps(planned(default), train_step, np.float32, tolerance=1e-4)


def planned(config: Config) -> Config:
    """Return the config with eight steps ahead, of which two warm up."""
    n = num_images(config)
    return replace(config, num_train=n, epochs=NUM_PLANNED, warmup_epochs=2)


def num_images(config: Any) -> int:
    """Return how many images fill a batch, and all of the labels if those are few."""
    return getattr(config, "num_labels", config.batch_size)


def check_three_steps(
    config: Config, train: Callable, dtype: Any, tolerance: float
) -> None:
    """Train three steps on random batches, here and there."""
    rng = np.random.default_rng(seed=0)
    state = random_state(config, rng, dtype)
    expected = reference_state(config, state)
    for key in jax.random.split(jax.random.key(0), NUM_BATCHES):
        batch, draws = random_batch(config, rng, dtype), config.draw(key, 8)
        expected, expected_losses = REFERENCES[config.kind].train_step(
            settings(config), expected, reference_batch(batch, draws)
        )
        state, losses = train(config, state, batch, draws)
        assert losses == pytest.approx(expected_losses, rel=tolerance)
    assert int(state.step) == NUM_BATCHES
    assert_same_state(config, state, expected, tolerance)


def settings(config: Any) -> step.Settings:
    """Say in the reference's words what `config` says."""
    decay_steps = NUM_PLANNED if config.schedule == "cosine" else None
    adams = {phase.name: getattr(config, phase.name) for phase in config.phases()}
    optimizers = {
        name: adam.Optimizer(
            own.lr,
            own.beta1,
            decay_steps,
            config.warmup_epochs,
            held_steps=int(own.hold * NUM_PLANNED),
        )
        for name, own in adams.items()
    }
    weight = getattr(config, "agreement_weight", 0)
    faded_at = agreement.FADED_AT * NUM_PLANNED
    return step.Settings(
        optimizers,
        scale=config.scale,
        slope=0.1 if config.activation == "leaky_relu" else 0,
        standardizes=getattr(config, "standardizes", False),
        sees=getattr(config, "discriminator_sees", "code"),
        agreement=step.Agreement(weight, config.image_shape, 5, faded_at)
        if weight
        else None,
        own={**flat(to_dict(config)), "num_steps": NUM_PLANNED},
    )


def flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested fields under dotted names."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        nested = isinstance(value, dict)
        found |= flat(value, f"{name}.") if nested else {f"{prefix}{name}": value}
    return found


def random_state(config: Config, rng: np.random.Generator, dtype: Any) -> TrainState:
    """Return a first state with weights and biases so large that every gradient counts.

    Everything is of `dtype`, the optimizers' zeros too.
    """
    shapes = jax.eval_shape(partial(init_state, config), jax.random.key(0))
    params = jax.tree.map(
        lambda leaf: jnp.asarray(rng.normal(0, 0.4, leaf.shape), dtype), shapes.params
    )
    opt_states = {
        phase.name: phase.tx.init({name: params[name] for name in phase.updates})
        for phase in config.phases()
    }
    return TrainState(jnp.int32(0), params, opt_states)


def reference_state(config: Config, state: TrainState) -> step.State:
    networks = {
        name: [np.asarray(array, np.float64) for array in arrays(tree)]
        for name, tree in state.params.items()
    }
    updates = {phase.name: phase.updates for phase in config.phases()}
    return step.initial_state(networks, updates)


def random_batch(config: Config, rng: np.random.Generator, dtype: Any) -> Any:
    """Return what the config makes of random images, its floats of `dtype`."""
    splits = random_splits(config, rng)
    extra = jax.device_put(config.extra(splits))
    indices = jnp.arange(config.batch_size)
    batch = config.batch(jax.device_put(splits.train), indices, extra)
    return jax.tree.map(
        lambda leaf: leaf.astype(dtype) if leaf.dtype == np.float32 else leaf, batch
    )


def random_splits(config: Config, rng: np.random.Generator) -> DatasetSplits:
    """Return random pictures, of which the first ones make a batch."""
    n = num_images(config)
    images = rng.integers(0, 256, (n, *config.image_shape), dtype=np.uint8)
    labels = rng.permutation(np.arange(n, dtype=np.int32) % config.num_classes)
    some = Dataset(images, labels)
    names = tuple(map(str, range(config.num_classes)))
    return DatasetSplits(
        "random", "random", "random", some, some, some, len(names), names
    )


def reference_batch(batch: Any, draws: Any) -> step.Batch:
    images = np.asarray(batch.images, np.float64)
    labels = np.asarray(getattr(batch, "labels", images[:, :0]), np.float64)
    parts = draws._asdict()
    parts |= parts.pop("game")._asdict() if "game" in parts else {}
    drawn = {name: np.asarray(array, np.float64) for name, array in parts.items()}
    labeled = getattr(batch, "labeled", None)
    if labeled is not None:
        few = np.asarray(pixels(labeled.images), np.float64)
        labeled = step.Labeled(few.reshape(len(few), -1), np.asarray(labeled.labels))
    return step.Batch(images.reshape(len(images), -1), labels, drawn, labeled)


def assert_same_state(
    config: Config, state: TrainState, expected: step.State, tolerance: float
) -> None:
    for name, network in expected.networks.items():
        assert_same_arrays(arrays(state.params[name]), network, tolerance)
    for phase in config.phases():
        opt_state, wanted = state.opt_states[phase.name], expected.adams[phase.name]
        for means, expected_means in (
            (opt_state[0].mu, wanted.mu),
            (opt_state[0].nu, wanted.nu),
        ):
            actual = [a for name in phase.updates for a in arrays(means[name])]
            assert_same_arrays(actual, expected_means, tolerance)
        counts = optax.tree.get_all_with_path(opt_state, "count")
        assert {int(count) for _, count in counts} == {wanted.num_steps, NUM_BATCHES}


def assert_same_arrays(
    actual: list[np.ndarray], expected: list[np.ndarray], tolerance: float
) -> None:
    """Compare to `tolerance` times an array's largest number, small as that may be."""
    for array, wanted in zip(actual, expected, strict=True):
        scale = np.max(np.abs(wanted))
        np.testing.assert_allclose(array, wanted, rtol=0, atol=tolerance * scale)
