"""The training step against the hand-derived NumPy step, in both precisions."""

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy_reference as reference
import optax
import pytest
from trees import arrays

from aae_jax.config import Config
from aae_jax.randomness import Draws
from aae_jax.state import Params, TrainState, init_state
from aae_jax.training import Batch, train_step

SWITCHES: dict[str, Any] = {
    "activation": "leaky_relu",
    "decoder_standardizes": True,
    "decoder_sees_label": False,
    "discriminator_standardizes": True,
    "discriminator_sees_label": True,
    "discriminator_projects": True,
    "discriminator_noise": 0.4,
    "latent_noise": 0.3,
    "agreement_weight": 0.1,
    "adversarial_beta1": 0.5,
    "schedule": "cosine",
    "adversarial_hold": 0.25,
    "warmup_epochs": 2,
}
CASES: dict[str, dict[str, Any]] = {
    "tutorial": {},
    **{f"{name}={value}": {name: value} for name, value in SWITCHES.items()},
    "every switch": SWITCHES,
    "every switch but one": {**SWITCHES, "decoder_sees_label": True},
}
NUM_BATCHES, NUM_PLANNED = 3, 8


@pytest.fixture(params=CASES, ids=str)
def config(request: pytest.FixtureRequest, tutorial: Config) -> Config:
    """A tiny config whose three rates differ, so that none can pass for another.

    Its plan is eight steps, of which three are taken: a cosine has begun to fall by
    then, and the style agreement has faded.
    """
    rates: dict[str, Any] = {
        "reconstruction_lr": 3e-3,
        "discriminator_lr": 2e-3,
        "generator_lr": 1e-3,
    }
    plan: dict[str, Any] = {"num_train": tutorial.batch_size, "epochs": NUM_PLANNED}
    return replace(tutorial, **rates, **plan, **CASES[request.param])


@pytest.fixture(params=[np.float32, np.float64], ids=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> Iterator[Any]:
    """What ships, and a precision with no room for a formula that is nearly right."""
    jax.config.update("jax_enable_x64", request.param is np.float64)
    yield request.param
    jax.config.update("jax_enable_x64", False)


def test_three_steps_equal_the_numpy_reference(config: Config, dtype: Any) -> None:
    tolerance = 1e-5 if dtype is np.float32 else 1e-10
    rng = np.random.default_rng(seed=0)
    expected = random_state(config, rng)
    state = jax_state(config, expected, dtype)
    for _ in range(NUM_BATCHES):
        batch = random_batch(config, rng)
        expected, expected_losses = reference.train_step(
            settings(config), expected, batch
        )
        state, losses = train_step(config, state, *jax_batch(config, batch, dtype))
        assert losses == pytest.approx(expected_losses._asdict(), rel=tolerance)
    assert int(state.step) == NUM_BATCHES
    assert_same_state(state, expected, tolerance)


def settings(config: Config) -> reference.Settings:
    """Say in the reference's words what `config` says."""
    decay_steps = NUM_PLANNED if config.schedule == "cosine" else None

    held_steps = int(config.adversarial_hold * NUM_PLANNED)

    def optimizer(rate: float, beta1: float, held: int = 0) -> reference.Optimizer:
        return reference.Optimizer(rate, beta1, decay_steps, config.warmup_epochs, held)

    return reference.Settings(
        prior_std=config.prior_std,
        slope=0.1 if config.activation == "leaky_relu" else 0,
        decoder_standardizes=config.decoder_standardizes,
        decoder_sees_label=config.decoder_sees_label,
        standardizes=config.discriminator_standardizes,
        sees_label=config.discriminator_sees_label,
        projects=config.discriminator_projects,
        reconstruction=optimizer(config.reconstruction_lr, config.reconstruction_beta1),
        discrimination=optimizer(
            config.discriminator_lr, config.adversarial_beta1, held_steps
        ),
        generation=optimizer(config.generator_lr, config.adversarial_beta1, held_steps),
        agreement=agreement(config),
    )


def agreement(config: Config) -> reference.Agreement | None:
    if not config.decoder_sees_label or not config.agreement_weight:
        return None
    return reference.Agreement(
        config.agreement_weight,
        config.image_shape,
        num_codes=5,
        faded_at_step=NUM_PLANNED / 4,
    )


def random_state(config: Config, rng: np.random.Generator) -> reference.State:
    """Draw weights and biases so large that every gradient matters."""
    Z, K, P = config.latent_dim, config.num_classes, math.prod(config.image_shape)

    def network(inputs: int, outputs: int) -> reference.Network:
        widths = [inputs, config.hidden_dim, config.hidden_dim, outputs]
        shapes = [shape for i, o in pairwise(widths) for shape in ((i, o), o)]
        return [rng.normal(0, 0.4, shape) for shape in shapes]

    painted = Z + K if config.decoder_sees_label else Z
    judged = Z + K if config.discriminator_sees_label else Z
    logits = K if config.discriminator_projects else 1
    return reference.initial_state(
        network(P, Z), network(painted, P), network(judged, logits)
    )


def random_batch(config: Config, rng: np.random.Generator) -> reference.Batch:
    B, K, Z = config.batch_size, config.num_classes, config.latent_dim
    images = rng.uniform(0, 1, (B, math.prod(config.image_shape)))
    stds = 1, config.latent_noise, *[config.discriminator_noise] * 2
    draws = [std * rng.normal(0, config.prior_std, (B, Z)) for std in stds]
    return reference.Batch(images, np.eye(K)[rng.integers(0, K, B)], *draws)


def jax_batch(
    config: Config, batch: reference.Batch, dtype: Any
) -> tuple[Batch, Draws]:
    images, labels, *draws = (jnp.asarray(array, dtype) for array in batch)
    images = images.reshape(-1, *config.image_shape)
    return Batch(images, labels), Draws(*draws)


def jax_state(config: Config, state: reference.State, dtype: Any) -> TrainState:
    """Return the first state with the reference's weights in place of random ones."""
    params = Params(
        encoder=flax_params(state.encoder, dtype),
        decoder=flax_params(state.decoder, dtype),
        discriminator=flax_params(state.discriminator, dtype),
    )
    zeros = jax.eval_shape(partial(init_state, config), jax.random.key(0)).opt_states

    def zero(leaf: jax.ShapeDtypeStruct) -> jax.Array:
        is_real = np.issubdtype(leaf.dtype, np.floating)
        return jnp.zeros(leaf.shape, dtype if is_real else leaf.dtype)

    return TrainState(jnp.int32(0), params, jax.tree.map(zero, zeros))


def flax_params(network: reference.Network, dtype: Any) -> dict[str, Any]:
    arrays = [jnp.asarray(array, dtype) for array in network]
    layers = {
        f"Dense_{i}": {"kernel": kernel, "bias": bias}
        for i, (kernel, bias) in enumerate(zip(arrays[::2], arrays[1::2], strict=True))
    }
    return {"params": {"network": layers}}


def assert_same_state(
    state: TrainState, expected: reference.State, tolerance: float
) -> None:
    params, opt_states = state.params, state.opt_states
    autoencoder = (params.encoder, params.decoder)
    for actual, wanted in (
        (autoencoder, expected.encoder + expected.decoder),
        (params.discriminator, expected.discriminator),
    ):
        assert_same_arrays(actual, wanted, tolerance)
    for opt_state, adam in (
        (opt_states.reconstruction, expected.reconstruction),
        (opt_states.discriminator, expected.discrimination),
        (opt_states.generator, expected.generation),
    ):
        assert_same_arrays(opt_state[0].mu, adam.mu, tolerance)
        assert_same_arrays(opt_state[0].nu, adam.nu, tolerance)
        counts = optax.tree.get_all_with_path(opt_state, "count")
        assert {int(count) for _, count in counts} == {adam.num_steps} == {NUM_BATCHES}


def assert_same_arrays(
    networks: Any, expected: list[np.ndarray], tolerance: float
) -> None:
    """Compare to `tolerance` times an array's largest number, small as that may be."""
    networks = networks if isinstance(networks, tuple) else (networks,)
    actual = [array for network in networks for array in arrays(network)]
    for array, wanted in zip(actual, expected, strict=True):
        scale = np.max(np.abs(wanted))
        np.testing.assert_allclose(array, wanted, rtol=0, atol=tolerance * scale)
