"""The three phases of a step: what each changes and learns, and in which order."""

from collections.abc import Callable
from dataclasses import replace
from math import log
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from trees import assert_close, assert_equal, distance

from aae_jax.config import Config
from aae_jax.data import Dataset
from aae_jax.loop import first_state
from aae_jax.models import build_models, discriminator_view
from aae_jax.randomness import Draws, draw
from aae_jax.state import TrainState
from aae_jax.training import (
    Batch,
    discriminator_phase,
    generator_phase,
    reconstruction_phase,
    take_batch,
    train_epoch,
    train_step,
)

Phase = Callable[[Config, TrainState, Batch, Draws], tuple[TrainState, jax.Array]]

Game = tuple[Config, TrainState, Batch, Draws]


@pytest.fixture
def batch(tutorial: Config, data: Dataset) -> Batch:
    return take_batch(tutorial, data, jnp.arange(tutorial.batch_size))


@pytest.fixture
def draws(tiny: Config) -> Draws:
    return draw(tiny, jax.random.key(5), tiny.batch_size)


@pytest.fixture
def game(default: Config, batch: Batch) -> tuple[Config, TrainState, Batch, Draws]:
    """A game that learns so fast that each update changes what the next one does."""
    rates = ("reconstruction_lr", "discriminator_lr", "generator_lr")
    changes: dict[str, Any] = dict.fromkeys(rates, 0.03)
    hasty = replace(default, **changes)
    draws = draw(hasty, jax.random.key(5), hasty.batch_size)
    return hasty, first_state(default), batch, draws


PHASES = [
    (
        reconstruction_phase,
        {"params.encoder", "params.decoder", "opt_states.reconstruction"},
    ),
    (discriminator_phase, {"params.discriminator", "opt_states.discriminator"}),
    (generator_phase, {"params.encoder", "opt_states.generator"}),
]


@pytest.mark.parametrize(("phase", "own"), PHASES)
def test_a_phase_changes_its_own_and_nothing_else(
    tiny: Config, state: TrainState, batch: Batch, draws: Draws, phase: Phase, own: set
) -> None:
    after, _ = phase(tiny, state, batch, draws)
    assert changed(state, after) == own


def test_a_step_changes_everything(
    tiny: Config, state: TrainState, batch: Batch, draws: Draws
) -> None:
    after, _ = train_step(tiny, state, batch, draws)
    assert changed(state, after) == set(parts(state))
    assert after.step == state.step + 1


def test_a_step_is_the_three_phases_in_order(
    tiny: Config, state: TrainState, batch: Batch, draws: Draws
) -> None:
    actual, losses = train_step(tiny, state, batch, draws)
    expected, reconstruction = reconstruction_phase(tiny, state, batch, draws)
    expected, discriminator = discriminator_phase(tiny, expected, batch, draws)
    expected, generator = generator_phase(tiny, expected, batch, draws)
    assert_equal(actual, expected.replace(step=jnp.int32(1)))
    assert losses == {
        "reconstruction": reconstruction,
        "discriminator": discriminator,
        "generator": generator,
    }


def test_no_phase_is_given_old_parameters(game: Game) -> None:
    config, _, batch, draws = game
    actual = train_step(*game)[0].params
    reconstructed, _ = reconstruction_phase(*game)
    # What would come out if all three took their gradients from the old parameters,
    old_discriminator = discriminator_phase(*game)[0].params.discriminator
    old_generator = generator_phase(*game)[0].params.encoder
    # and if the generator alone played against the discriminator before its update.
    half_old = generator_phase(config, reconstructed, batch, draws)[0].params.encoder
    assert_equal(actual.decoder, reconstructed.params.decoder)
    assert distance(actual.discriminator, old_discriminator) > 1e-3
    assert distance(actual.encoder, old_generator) > 1e-3
    assert distance(actual.encoder, half_old) > 1e-3


def test_jit_equals_eager(
    tiny: Config, state: TrainState, batch: Batch, draws: Draws
) -> None:
    compiled = jax.jit(train_step, static_argnames="config")
    eager = train_step(tiny, state, batch, draws)
    assert_close(compiled(tiny, state, batch, draws), eager, tolerance=1e-6)


def test_the_tutorial_starts_with_an_uninformed_discriminator(
    tutorial: Config, batch: Batch
) -> None:
    draws = draw(tutorial, jax.random.key(5), len(batch.images))
    _, losses = train_step(tutorial, first_state(tutorial), batch, draws)
    assert losses["discriminator"] == pytest.approx(2 * log(2), abs=1e-3)
    assert losses["generator"] == pytest.approx(log(2), abs=1e-3)


def test_the_discriminator_learns_that_the_prior_is_real(game: Game) -> None:
    config, state, batch, draws = game
    for _ in range(10):
        state, _ = discriminator_phase(config, state, batch, draws)
    before, after = verdicts(*game), verdicts(config, state, batch, draws)
    assert after["prior"] - after["codes"] > before["prior"] - before["codes"] + 1


def test_the_generator_learns_to_pass_for_the_prior(game: Game) -> None:
    config, state, batch, draws = game
    for _ in range(10):
        state, _ = generator_phase(config, state, batch, draws)
    before, after = verdicts(*game), verdicts(config, state, batch, draws)
    assert after["prior"] == before["prior"]
    assert after["codes"] > before["codes"] + 0.1


@pytest.mark.parametrize(
    ("switch", "drawn", "blind_phase"),
    [
        ("latent_noise", ("noise",), None),
        ("discriminator_noise", ("prior_blur", "code_blur"), reconstruction_phase),
    ],
)
@pytest.mark.parametrize("is_on", [False, True])
def test_noise_is_where_the_config_asks(
    tutorial: Config,
    batch: Batch,
    switch: str,
    drawn: tuple[str, ...],
    blind_phase: Phase | None,
    is_on: bool,
) -> None:
    config = replace(tutorial, weight_init="lecun_normal", **{switch: 0.5 * is_on})
    state, shape = first_state(config), (config.batch_size, config.latent_dim)
    silent = Draws(jnp.ones(shape), *[jnp.zeros(shape)] * 3)
    noisy = silent._replace(**dict.fromkeys(drawn, jnp.ones(shape)))
    for phase, _ in PHASES:
        losses = [phase(config, state, batch, d)[1] for d in (silent, noisy)]
        assert (losses[0] != losses[1]) == (is_on and phase is not blind_phase)


def test_both_sides_are_blurred(tutorial: Config, batch: Batch) -> None:
    config = replace(tutorial, weight_init="lecun_normal", discriminator_noise=0.5)
    state, shape = first_state(config), (config.batch_size, config.latent_dim)
    silent = Draws(jnp.ones(shape), *[jnp.zeros(shape)] * 3)
    blurred = [
        silent,
        silent._replace(prior_blur=jnp.ones(shape)),
        silent._replace(code_blur=jnp.ones(shape)),
    ]
    losses = [discriminator_phase(config, state, batch, d)[1] for d in blurred]
    assert len({float(loss) for loss in losses}) == 3


def test_without_an_adversary_only_the_first_phase_runs(
    tiny: Config, state: TrainState, batch: Batch, draws: Draws
) -> None:
    config = replace(tiny, adversary=False)
    actual, losses = train_step(config, state, batch, draws)
    expected, reconstruction = reconstruction_phase(tiny, state, batch, draws)
    assert_equal(actual, expected.replace(step=jnp.int32(1)))
    assert losses == {"reconstruction": reconstruction}


def test_a_few_pictures_can_be_learned_by_heart(default: Config, data: Dataset) -> None:
    config = replace(
        default, latent_noise=0, schedule="constant", reconstruction_lr=1e-2
    )
    order = jnp.tile(jnp.arange(config.batch_size), (400, 1))
    key = jax.random.key(0)
    _, losses = train_epoch(config, first_state(default), data, order, key)
    errors = losses["reconstruction"]
    assert np.mean(errors[-20:]) < 0.25 * errors[0]


def parts(state: TrainState) -> dict[str, Any]:
    """Everything that a phase may own, by name."""
    named = {"params": state.params, "opt_states": state.opt_states}
    return {"step": state.step} | {
        f"{kind}.{name}": part
        for kind, group in named.items()
        for name, part in vars(group).items()
    }


def changed(before: TrainState, after: TrainState) -> set[str]:
    """Names of the parts in which any bit differs."""

    def differs(one: Any, other: Any) -> bool:
        return not all(jax.tree.leaves(jax.tree.map(np.array_equal, one, other)))

    old, new = parts(before), parts(after)
    return {name for name in old if differs(old[name], new[name])}


def verdicts(
    config: Config, state: TrainState, batch: Batch, draws: Draws
) -> dict[str, float]:
    """Mean logits of the discriminator; positive means prior."""
    encoder, _, discriminator = build_models(config)
    params = state.params

    def verdict(z: Any) -> float:
        view = discriminator_view(config, z, batch.labels)
        logits = discriminator.apply(params.discriminator, view, batch.labels)
        return float(np.mean(logits))

    codes = encoder.apply(params.encoder, batch.images)
    return {"prior": verdict(draws.prior), "codes": verdict(codes)}
