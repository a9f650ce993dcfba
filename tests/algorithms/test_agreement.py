"""The style agreement: what it calls alike, what it teaches, and when it ends."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.algorithms.agreement import (
    NUM_CODES,
    agreement_term,
    faded_weight,
    quadrants,
)
from aae_jax.algorithms.supervised import Supervised, reconstruct
from aae_jax.core.losses import disagreement_loss
from aae_jax.core.phases import TrainState, run_phase
from aae_jax.data import Dataset
from tests.support.configs import quick_state
from tests.support.trees import assert_close, assert_equal, distance

STEP = jnp.int32(0)


@pytest.fixture
def agreeing(tutorial: Supervised) -> Supervised:
    """Nothing but the agreement is switched on, and weights that paint something."""
    return replace(tutorial, agreement_weight=0.5, weight_init="lecun_normal")


@pytest.fixture
def codes(agreeing: Supervised) -> jax.Array:
    return jax.random.normal(jax.random.key(1), (NUM_CODES + 3, agreeing.latent_dim))


def test_classes_that_change_by_the_same_agree_whatever_they_look_like() -> None:
    rng = np.random.default_rng(0)
    changes, means = rng.normal(size=(4, 6)), rng.normal(size=(3, 1, 6))
    strengths = np.array([0.5, 1, 3])[:, None, None]
    same = jnp.asarray(means + strengths * changes)
    assert disagreement_loss(same) == pytest.approx(0, abs=1e-6)


def test_classes_that_change_elsewhere_have_nothing_in_common() -> None:
    change = jnp.array([[1.0], [-1.0]])
    apart = change[None] * jnp.eye(3)[:, None]
    assert disagreement_loss(apart) == pytest.approx(1)


def test_classes_that_oppose_each_other_are_worse_than_strangers() -> None:
    change = jnp.array([[1.0, 2.0], [-1.0, -2.0]])
    assert disagreement_loss(jnp.stack([change, -change])) == pytest.approx(2)
    one_against_two = disagreement_loss(jnp.stack([change, change, -change]))
    assert one_against_two == pytest.approx(4 / 3)


def test_a_decoder_that_ignores_z_has_a_finite_gradient() -> None:
    same = jnp.full((3, 4, 5), 0.5)
    assert np.all(jax.grad(disagreement_loss)(same) == 0)


def test_quadrants_hold_the_mean_ink_of_each_quarter() -> None:
    images = jax.random.uniform(jax.random.key(0), (2, 8, 12, 3))
    expected = images.reshape(2, 2, 4, 2, 6, 3).mean(axis=(2, 4))
    assert_close(quadrants(images), expected)


def test_quadrants_of_odd_sides_lose_no_ink() -> None:
    images = jax.random.uniform(jax.random.key(0), (2, 7, 5, 1))
    ink = quadrants(images)
    assert ink.shape == (2, 2, 2, 1)
    assert_close(4 * 3 * ink.sum(axis=(1, 2)), images.sum(axis=(1, 2)))


@pytest.mark.parametrize(
    ("progress", "left"), [(0, 1), (0.125, 0.5), (0.25, 0), (0.5, 0), (1, 0)]
)
def test_it_fades_in_a_quarter_of_the_run(
    agreeing: Supervised, progress: float, left: float
) -> None:
    config = replace(agreeing, epochs=8)
    step = jnp.int32(progress * config.num_steps)
    assert faded_weight(config, step) == pytest.approx(0.5 * left)


@pytest.mark.slow
def test_a_decoder_learns_to_agree(agreeing: Supervised, codes: jax.Array) -> None:
    params = quick_state(agreeing).params

    @jax.jit
    @jax.value_and_grad
    def disagreement(params: dict) -> jax.Array:
        return agreement_term(agreeing, params, codes, STEP)

    before, _ = disagreement(params)
    for _ in range(100):
        _, grads = disagreement(params)
        params = jax.tree.map(lambda p, g: p - 0.3 * g, params, grads)
    assert disagreement(params)[0] < before / 3


@pytest.mark.slow
def test_it_looks_at_the_first_codes_alone(
    agreeing: Supervised, codes: jax.Array
) -> None:
    params = quick_state(agreeing).params
    first = agreement_term(agreeing, params, codes, STEP)
    assert agreement_term(agreeing, params, codes[:NUM_CODES], STEP) == first
    others = codes.at[0].add(1)
    assert agreement_term(agreeing, params, others, STEP) != first


@pytest.mark.slow
def test_only_the_decoder_learns_from_it(agreeing: Supervised, data: Dataset) -> None:
    batch = agreeing.batch(data, jnp.arange(agreeing.batch_size), ())
    draws = agreeing.draw(jax.random.key(5), agreeing.batch_size)
    params = quick_state(agreeing).params

    def gradient(config: Supervised) -> dict:
        return jax.grad(lambda own: reconstruct(config, own, batch, draws, STEP))(
            params
        )

    alone, both = gradient(replace(agreeing, agreement_weight=0)), gradient(agreeing)
    assert_equal(both["encoder"], alone["encoder"])
    assert distance(both["decoder"], alone["decoder"]) > 1e-4


def next_state(config: Supervised, data: Dataset, step: int) -> TrainState:
    """Return what the reconstruction phase makes of the first state at `step`."""
    batch = config.batch(data, jnp.arange(config.batch_size), ())
    draws = config.draw(jax.random.key(5), config.batch_size)
    state = quick_state(config).replace(step=jnp.int32(step))
    return run_phase(config, config.phases()[0], state, batch, draws)[0]


@pytest.mark.slow
def test_once_faded_it_changes_nothing(agreeing: Supervised, data: Dataset) -> None:
    alone = replace(agreeing, agreement_weight=0)
    quarter = agreeing.num_steps // 4 + 1
    early, late = (
        distance(
            next_state(agreeing, data, t).params, next_state(alone, data, t).params
        )
        for t in (0, quarter)
    )
    assert late == 0 < early


@pytest.mark.slow
def test_once_faded_nothing_is_painted(agreeing: Supervised, codes: jax.Array) -> None:
    broken = jax.tree.map(lambda leaf: leaf * jnp.nan, quick_state(agreeing).params)
    early, late = (
        agreement_term(agreeing, broken, codes, jnp.int32(step))
        for step in (0, agreeing.num_steps // 4 + 1)
    )
    assert np.isnan(early)
    assert late == 0
