"""The step on an algorithm small enough to work out by hand: one number a network."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import optax
import pytest
from flax import linen as nn

from aae_jax.core.networks import Network
from aae_jax.core.phases import Phase, TrainState, init_state, run_phase, train_step


class Number(nn.Module):
    """A network of one parameter, 1 at first."""

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        return inputs * self.param("value", nn.initializers.ones, ())


def value(params: Any, name: str) -> jax.Array:
    return params[name]["params"]["value"]


def product(
    config: Any, params: Any, batch: Any, draws: Any, step: jax.Array
) -> jax.Array:
    """(a b + draws) batch, plus the step."""
    return (value(params, "a") * value(params, "b") + draws) * batch + step


@dataclass(frozen=True)
class Two:
    """Two numbers a and b, each descending on their product, one after the other."""

    rate: float = 0.5

    def networks(self) -> dict[str, Network]:
        return {"a": Network(Number(), (1,)), "b": Network(Number(), (1,))}

    def phases(self) -> tuple[Phase, ...]:
        tx = optax.sgd(self.rate)
        return Phase("of_b", ("b",), product, tx), Phase("of_a", ("a",), product, tx)


@pytest.fixture
def start() -> TrainState:
    return init_state(Two(), jax.random.key(0))


def test_the_quick_state_has_networks_and_optimizers_by_name(start: TrainState) -> None:
    assert start.step == 0
    assert list(start.params) == ["a", "b"]
    assert set(start.opt_states) == {"of_a", "of_b"}


def test_a_phase_descends_on_its_own_networks(start: TrainState) -> None:
    of_b, _ = Two().phases()
    after, loss = run_phase(Two(), of_b, start, jnp.float32(0.4), jnp.float32(3))
    assert loss == pytest.approx((1 + 3) * 0.4)
    # The gradient by b is a times the batch.
    assert value(after.params, "b") == pytest.approx(1 - 0.5 * 0.4)
    assert value(after.params, "a") == 1
    assert after.step == 0


def test_each_phase_starts_from_the_newest_parameters(start: TrainState) -> None:
    after, losses = train_step(Two(), start, jnp.float32(0.4), jnp.float32(0))
    new_b = 1 - 0.5 * 0.4
    assert value(after.params, "b") == pytest.approx(new_b)
    assert value(after.params, "a") == pytest.approx(1 - 0.5 * 0.4 * new_b)
    assert losses == pytest.approx({"of_b": 0.4, "of_a": new_b * 0.4})
    assert list(losses) == ["of_b", "of_a"]


def test_objectives_are_told_the_step_and_it_counts(start: TrainState) -> None:
    batch, draws = jnp.float32(0), jnp.float32(0)
    state = start
    for step in range(3):
        assert state.step == step
        state, losses = train_step(Two(), state, batch, draws)
        assert losses == {"of_b": step, "of_a": step}


def test_an_optimizer_state_is_of_its_own_networks_alone(default: Any) -> None:
    state = jax.eval_shape(lambda key: init_state(default, key), jax.random.key(0))
    for phase in default.phases():
        (adam, *_) = state.opt_states[phase.name]
        assert set(adam.mu) == set(phase.updates)
        own = {name: state.params[name] for name in phase.updates}
        assert jax.tree.structure(adam.mu) == jax.tree.structure(own)
