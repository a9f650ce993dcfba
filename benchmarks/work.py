"""Work that goes on from where it left off, to be timed: steps, products, Adam."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from aae_jax.config import Config
from aae_jax.data import Dataset
from aae_jax.loop import first_state
from aae_jax.randomness import split_keys
from aae_jax.training import train_epoch

NUM_MATRICES = 8
"""Multiplied by in turn, so that caches hold them no better than a step's weights."""


class Repeating:
    """Work that goes on from where its last call left; returns when it is done."""

    def __init__(self, work: Callable[[Any], Any], carry: Any):
        self._work = work
        self._carry = carry

    def __call__(self) -> None:
        """Run once more."""
        self._carry = jax.block_until_ready(self._work(self._carry))


class Training(NamedTuple):
    """A recipe in training, and what XLA counts in one of its steps, if it does."""

    run: Repeating
    xla_flops: float | None


def training(config: Config, num_steps: int) -> Training:
    """Return `num_steps` steps of the compiled epoch on random pictures."""
    rng = np.random.default_rng(seed=0)
    shape = config.num_train, *config.image_shape
    images = rng.integers(0, 256, shape, dtype=np.uint8)
    labels = np.arange(config.num_train, dtype=np.int32) % config.num_classes
    order = rng.integers(config.num_train, size=(num_steps, config.batch_size))
    data, order = jax.device_put((Dataset(images, labels), order.astype(np.int32)))
    state, key = first_state(config), split_keys(config.seed).noise
    epoch = train_epoch.lower(config, state, data, order, key).compile()
    # XLA counts the body of a loop once, however often it runs.
    xla_flops = (epoch.cost_analysis() or {}).get("flops")
    run = Repeating(lambda state: epoch(state, data, order, key)[0], state)
    return Training(run, xla_flops)


def chained(config: Config, num_rounds: int, transposed: bool) -> Repeating:
    """Return products [B, H] x [H, H] of hidden width H, `NUM_MATRICES` a round."""
    width = config.hidden_dim
    keys = jax.random.split(jax.random.key(0), NUM_MATRICES)
    # The variance keeps the products from growing.
    weights = [jax.random.normal(key, (width, width)) / width**0.5 for key in keys]

    def multiply(_: int, x: jax.Array) -> jax.Array:
        for matrix in weights:
            x = x @ (matrix.T if transposed else matrix)
        return x

    work = jax.jit(lambda x: jax.lax.fori_loop(0, num_rounds, multiply, x))
    return Repeating(work, jnp.ones((config.batch_size, width)))


def collected(config: Config, num_rounds: int) -> Repeating:
    """Return products [H, B] x [B, H] of hidden width H, `NUM_MATRICES` a round."""
    width = config.hidden_dim
    factors = jax.random.normal(jax.random.key(0), (config.batch_size, width))
    gradients = [jnp.zeros((width, width)) for _ in range(NUM_MATRICES)]

    def multiply(_: int, carry: Any) -> Any:
        # Or the same product would be computed once for all.
        factors, gradients = jax.lax.optimization_barrier(carry)
        places = range(1, 1 + len(gradients))
        return factors, [jnp.roll(factors, n, axis=0).T @ factors for n in places]

    work = jax.jit(
        lambda carry: jax.lax.fori_loop(0, num_rounds, multiply, carry),
        donate_argnums=0,
    )
    return Repeating(work, (factors, gradients))


def products(config: Config, num_rounds: int) -> dict[str, Repeating]:
    """Return the three products of a dense layer: forward, and two going back."""
    return {
        "forward": chained(config, num_rounds, transposed=False),
        "inputs' gradient": chained(config, num_rounds, transposed=True),
        "weights' gradient": collected(config, num_rounds),
    }


def adam(config: Config, num_steps: int) -> Repeating:
    """Return Adam in place on the parameters of all phases, gradients constant."""
    params = first_state(config).params
    phases = (params.encoder, params.decoder), params.discriminator, params.encoder
    tx = optax.adam(config.reconstruction_lr)
    # Nothing may be donated twice, and the encoder is in two phases.
    phases = jax.tree.map(jnp.copy, phases)
    gradients = jax.tree.map(lambda p: 1e-3 * p, phases)

    def descend(_: int, carry: Any) -> Any:
        # Or what depends on gradients alone would be computed once for all steps.
        params, opt_state, grads = jax.lax.optimization_barrier(carry)
        updates, opt_state = tx.update(grads, opt_state, params)
        return optax.apply_updates(params, updates), opt_state, grads

    work = jax.jit(
        lambda carry: jax.lax.fori_loop(0, num_steps, descend, carry), donate_argnums=0
    )
    return Repeating(work, (phases, tx.init(phases), gradients))
