"""Work that goes on from where it left off, to be timed: products and Adam."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax

from aae_jax import Config
from benchmarks.training import first_state

NUM_MATRICES = 8
"""Multiplied by in turn, so that caches hold them no better than a step's weights."""


class Repeating:
    """A function of what it returned, over and over; returns when it is done."""

    def __init__(self, turn: Callable[[Any], Any], num_turns: int, carry: Any):
        def turns(carry: Any) -> Any:
            return jax.lax.fori_loop(0, num_turns, lambda _, carry: turn(carry), carry)

        self._turns = jax.jit(turns, donate_argnums=0).lower(carry).compile()
        self._carry = carry

    def __call__(self) -> None:
        """Take all turns from where the last call ended, and wait for them."""
        self._carry = jax.block_until_ready(self._turns(self._carry))

    @property
    def xla_flops(self) -> float | None:
        """What XLA counts in one turn, if it does."""
        return (self._turns.cost_analysis() or {}).get("flops")


def chained(config: Config, num_rounds: int, *, transposed: bool) -> Repeating:
    """Return products [B, H] x [H, H] of hidden width H, `NUM_MATRICES` a round."""
    width = config.hidden_dim
    keys = jax.random.split(jax.random.key(0), NUM_MATRICES)
    # The variance keeps the products from growing.
    weights = [jax.random.normal(key, (width, width)) / width**0.5 for key in keys]

    def multiply(x: jax.Array) -> jax.Array:
        for matrix in weights:
            x = x @ (matrix.T if transposed else matrix)
        return x

    return Repeating(multiply, num_rounds, jnp.ones((config.batch_size, width)))


def collected(config: Config, num_rounds: int) -> Repeating:
    """Return products [H, B] x [B, H] of hidden width H, `NUM_MATRICES` a round."""
    width = config.hidden_dim
    factors = jax.random.normal(jax.random.key(0), (config.batch_size, width))
    gradients = [jnp.zeros((width, width)) for _ in range(NUM_MATRICES)]

    def multiply(carry: Any) -> Any:
        # Or the same product would be computed once for all.
        factors, gradients = jax.lax.optimization_barrier(carry)
        places = range(1, 1 + len(gradients))
        return factors, [jnp.roll(factors, n, axis=0).T @ factors for n in places]

    return Repeating(multiply, num_rounds, (factors, gradients))


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
    # Nothing may be donated twice, and the encoder is in two phases.
    updated = [
        jax.tree.map(jnp.copy, params[name])
        for phase in config.phases()
        for name in phase.updates
    ]
    gradients, tx = jax.tree.map(lambda p: 1e-3 * p, updated), optax.adam(1e-3)

    def descend(carry: Any) -> Any:
        # Or what depends on gradients alone would be computed once for all steps.
        params, opt_state, grads = jax.lax.optimization_barrier(carry)
        updates, opt_state = tx.update(grads, opt_state, params)
        return optax.apply_updates(params, updates), opt_state, grads

    return Repeating(descend, num_steps, (updated, tx.init(updated), gradients))
