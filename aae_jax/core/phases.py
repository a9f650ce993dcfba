"""A training step: a few phases in a row, each with its own optimizer.

A phase takes gradients only of the networks that it updates; all others are constants.
It reads the parameters as the phases before it left them. Three lines make a step,
whatever the algorithm.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import jax
import jax.numpy as jnp
import optax
from flax.struct import PyTreeNode

from aae_jax.core.networks import Network

Tree = Any
"""A pytree of arrays."""


class Phase(NamedTuple):
    """One optimizer, the networks that it updates, and what they minimize.

    Attributes:
      name: What its loss and its optimizer state are called.
      updates: Names of the networks that it updates.
      objective: (config, params, batch, draws, step) -> loss [].
      tx: The optimizer.
    """

    name: str
    updates: tuple[str, ...]
    objective: Callable[..., jax.Array]
    tx: optax.GradientTransformation


class Algorithm(Protocol):
    """A config, as far as training a step needs it."""

    def networks(self) -> dict[str, Network]:
        """Return the networks by name."""

    def phases(self) -> tuple[Phase, ...]:
        """Return the phases in order."""


class TrainState(PyTreeNode):
    """All that training changes.

    Attributes:
      step: Batches trained on so far: [] int32.
      params: The parameters of each network by its name.
      opt_states: The optimizer state of each phase by its name.
    """

    step: jax.Array
    params: dict[str, Tree]
    opt_states: dict[str, optax.OptState]


def init_state(config: Algorithm, key: jax.Array) -> TrainState:
    """Return the state before the first step, with weights drawn from `key`."""
    networks = config.networks()
    keys = jax.random.split(key, len(networks))
    params = {
        name: network.module.init(own, jnp.zeros((1, *network.input_shape)))
        for own, (name, network) in zip(keys, networks.items(), strict=True)
    }
    opt_states = {
        phase.name: phase.tx.init({name: params[name] for name in phase.updates})
        for phase in config.phases()
    }
    return TrainState(jnp.int32(0), params, opt_states)


def run_phase(
    config: Algorithm, phase: Phase, state: TrainState, batch: Any, draws: Any
) -> tuple[TrainState, jax.Array]:
    """Take one optimizer step on `phase.updates`; every other network is a constant.

    Returns the new state and the loss before the update: [].
    """

    def objective(own: dict[str, Tree]) -> jax.Array:
        newest = {**state.params, **own}
        return phase.objective(config, newest, batch, draws, state.step)

    own = {name: state.params[name] for name in phase.updates}
    with jax.named_scope(f"{phase.name}_phase"):
        loss, grads = jax.value_and_grad(objective)(own)
        changes, opt_state = phase.tx.update(grads, state.opt_states[phase.name], own)
        params = {**state.params, **optax.apply_updates(own, changes)}
    opt_states = {**state.opt_states, phase.name: opt_state}
    return state.replace(params=params, opt_states=opt_states), loss


def train_step(
    config: Algorithm, state: TrainState, batch: Any, draws: Any
) -> tuple[TrainState, dict[str, jax.Array]]:
    """Run the phases in order, each from the newest parameters.

    Args:
      config: The algorithm (static).
      state: Before the step.
      batch: What `config.batch` returns.
      draws: The randomness of the step, as `config.draw` returns it.

    Returns:
      The new state, and by phase the loss before its own update: [].
    """
    losses = {}
    for phase in config.phases():
        state, losses[phase.name] = run_phase(config, phase, state, batch, draws)
    return state.replace(step=state.step + 1), losses
