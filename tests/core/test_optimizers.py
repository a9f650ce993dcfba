"""Optimizers and their rates against closed forms."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.core.optimizers import SGD, Adam, rates


class Plan(NamedTuple):
    """The plan of a run of 100 steps."""

    schedule: str = "constant"
    num_steps: int = 100
    num_warmup_steps: int = 0
    steps_per_epoch: int = 2


def planned(plan: Plan, *steps: int, hold: float = 0.0) -> list[float]:
    """Return the rate at each of these steps, for a rate of 0.3."""
    found: Any = rates(plan, 0.3, hold)
    return [float(found(jnp.int32(step))) for step in steps]


def test_a_constant_rate_is_a_number() -> None:
    assert rates(Plan(), 0.3) == 0.3


def test_a_cosine_falls_from_the_rate_to_zero_over_the_run() -> None:
    steps = np.arange(0, 101, 10)
    expected = 0.3 * (1 + np.cos(np.pi * steps / 100)) / 2
    actual = planned(Plan("cosine"), *steps)
    np.testing.assert_allclose(actual, expected, atol=1e-7)


def test_a_held_rate_falls_only_afterwards() -> None:
    steps = np.arange(0, 101, 10)
    fallen = np.clip((steps - 25) / 75, 0, 1)
    expected = 0.3 * (1 + np.cos(np.pi * fallen)) / 2
    actual = planned(Plan("cosine"), *steps, hold=0.25)
    np.testing.assert_allclose(actual, expected, atol=1e-7)


def test_a_dropping_rate_falls_to_a_tenth_after_50_epochs_and_after_1000() -> None:
    actual = planned(Plan("drops"), 0, 99, 101, 1999, 2001)
    np.testing.assert_allclose(actual, [0.3, 0.3, 0.03, 0.03, 0.003], rtol=1e-6)


@pytest.mark.parametrize("schedule", ["constant", "cosine", "drops"])
def test_a_warm_up_rises_in_even_steps_on_top_of_the_schedule(schedule: str) -> None:
    plan = Plan(schedule, num_warmup_steps=4)
    actual = planned(plan, 0, 1, 2, 3, 4, 40, hold=0.5)
    np.testing.assert_allclose(actual, 0.3 * np.array([0.25, 0.5, 0.75, 1, 1, 1]))


def test_the_first_step_is_one_rate_long_whatever_the_gradient() -> None:
    params, grads = jnp.zeros(3), jnp.array([1e-3, -5.0, 200.0])
    tx = Adam(lr=0.3, beta1=0.5).build(Plan())
    steps, _ = tx.update(grads, tx.init(params), params)
    np.testing.assert_allclose(steps, [-0.3, 0.3, -0.3], rtol=1e-4)


def test_a_low_beta1_forgets_sooner_which_way_it_went() -> None:
    def second_step(beta1: float) -> float:
        tx = Adam(lr=1.0, beta1=beta1).build(Plan())
        state = tx.init(jnp.zeros(()))
        _, state = tx.update(jnp.float32(1), state)
        step, _ = tx.update(jnp.float32(-1), state)
        return float(step)

    # Unbiased means of +1 and then -1: ((1 - b) b - (1 - b)) / (1 - b^2).
    for beta1 in (0.0, 0.5, 0.9):
        assert second_step(beta1) == pytest.approx((1 - beta1) / (1 + beta1), rel=1e-3)


def test_momentum_repeats_a_share_of_the_last_change() -> None:
    tx = SGD(lr=0.1, momentum=0.4).build(Plan())
    first, state = tx.update(jnp.float32(2), tx.init(jnp.zeros(())))
    second, _ = tx.update(jnp.float32(-1), state)
    assert float(first) == pytest.approx(-0.1 * 2)
    assert float(second) == pytest.approx(-0.1 * (-1 + 0.4 * 2))
