"""The supervised algorithm: what its networks are shown, and who learns what."""

from dataclasses import replace
from functools import partial
from math import log
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.algorithms.supervised import Supervised, is_prior
from aae_jax.core.config import Batch
from aae_jax.core.draws import Draws
from aae_jax.core.networks import apply
from aae_jax.core.phases import TrainState, init_state, run_phase, train_step
from aae_jax.core.priors import Gaussian
from aae_jax.data import Dataset
from tests.support.configs import quick_state
from tests.support.reference.network import forward
from tests.support.trees import arrays, assert_close, assert_equal, distance, layers

Game = tuple[Supervised, TrainState, Batch, Draws]

STYLE = [4.0, 8.0, -2.0]
LABEL = [0.0, 0.0, 1.0, 0.0]


@pytest.fixture
def batch(tutorial: Supervised, data: Dataset) -> Batch:
    return tutorial.batch(data, jnp.arange(tutorial.batch_size), ())


@pytest.fixture
def game(default: Supervised, batch: Batch) -> Game:
    """A game that learns so fast that each update changes what the next one does."""
    hasty = replace(
        default,
        reconstruction=replace(default.reconstruction, lr=0.03),
        discriminator=replace(default.discriminator, lr=0.03),
        generator=replace(default.generator, lr=0.03),
    )
    draws = hasty.draw(jax.random.key(5), hasty.batch_size)
    return hasty, quick_state(default), batch, draws


def test_the_tutorial_starts_with_an_uninformed_discriminator(
    tutorial: Supervised, batch: Batch
) -> None:
    draws = tutorial.draw(jax.random.key(5), tutorial.batch_size)
    _, losses = train_step(tutorial, quick_state(tutorial), batch, draws)
    assert losses["discriminator"] == pytest.approx(2 * log(2), abs=1e-3)
    assert losses["generator"] == pytest.approx(log(2), abs=1e-3)


def test_the_generator_plays_against_the_new_discriminator(game: Game) -> None:
    config, state, batch, draws = game
    stepped, _ = train_step(*game)
    reconstructed, _ = run(config, "reconstruction", state, batch, draws)
    half_old, _ = run(config, "generator", reconstructed, batch, draws)
    assert_equal(stepped.params["decoder"], reconstructed.params["decoder"])
    assert distance(stepped.params["encoder"], half_old.params["encoder"]) > 1e-3


def test_the_discriminator_learns_that_the_prior_is_real(game: Game) -> None:
    config, state, batch, draws = game
    for _ in range(10):
        state, _ = run(config, "discriminator", state, batch, draws)
    before, after = verdicts(*game), verdicts(config, state, batch, draws)
    assert after["prior"] - after["codes"] > before["prior"] - before["codes"] + 1


def test_the_generator_learns_to_pass_for_the_prior(game: Game) -> None:
    config, state, batch, draws = game
    for _ in range(10):
        state, _ = run(config, "generator", state, batch, draws)
    before, after = verdicts(*game), verdicts(config, state, batch, draws)
    assert after["prior"] == before["prior"]
    assert after["codes"] > before["codes"] + 0.1


@pytest.mark.parametrize(
    ("switch", "drawn", "blind_phase"),
    [
        ("latent_noise", ("noise",), None),
        ("discriminator_noise", ("prior_blur", "code_blur"), "reconstruction"),
    ],
)
@pytest.mark.parametrize("is_on", [False, True])
def test_noise_is_where_the_config_asks(
    tutorial: Supervised,
    batch: Batch,
    switch: str,
    drawn: tuple[str, ...],
    blind_phase: str | None,
    is_on: bool,
) -> None:
    config = replace(tutorial, weight_init="lecun_normal", **{switch: 0.5 * is_on})
    state, silent = quick_state(config), silence(config)
    ones = jnp.ones_like(silent.noise)
    noisy = silent._replace(**dict.fromkeys(drawn, ones))
    for phase in config.phases():
        losses = [run_phase(config, phase, state, batch, d)[1] for d in (silent, noisy)]
        assert (losses[0] != losses[1]) == (is_on and phase.name != blind_phase)


def test_both_sides_are_blurred(tutorial: Supervised, batch: Batch) -> None:
    config = replace(tutorial, weight_init="lecun_normal", discriminator_noise=0.5)
    state, silent = quick_state(config), silence(config)
    ones = jnp.ones_like(silent.noise)
    blurred = [
        silent,
        silent._replace(prior_blur=ones),
        silent._replace(code_blur=ones),
    ]
    losses = [run(config, "discriminator", state, batch, d)[1] for d in blurred]
    assert len({float(loss) for loss in losses}) == 3


@pytest.mark.parametrize("standardizes", [False, True])
@pytest.mark.parametrize("sees", ["code", "label", "label_logit"])
def test_what_the_discriminator_is_shown(
    tutorial: Supervised, sees: Any, standardizes: bool
) -> None:
    config, params = shown_to(tutorial, standardizes, discriminator_sees=sees)
    style = [number / 4 for number in STYLE] if standardizes else STYLE
    shown = style if sees == "code" else style + LABEL
    logits, _ = forward(0, arrays(params["discriminator"]), np.array([shown]))
    expected = logits[0, LABEL.index(1.0) if sees == "label_logit" else 0]
    z, labels = jnp.array([STYLE]), jnp.array([LABEL])
    actual = is_prior(config, params, z, jnp.zeros_like(z), labels)
    assert_close(actual, np.array([expected]))


@pytest.mark.parametrize("standardizes", [False, True])
def test_the_decoder_is_shown_the_label_and_then_the_style(
    tutorial: Supervised, standardizes: bool
) -> None:
    config, params = shown_to(tutorial, standardizes)
    style = [number / 4 for number in STYLE] if standardizes else STYLE
    logits, _ = forward(0, arrays(params["decoder"]), np.array([LABEL + style]))
    actual = config.decode_labels(params, jnp.array([STYLE]), jnp.array([LABEL]))
    assert_close(actual, logits.reshape(1, *config.image_shape))


def test_a_logit_a_class_answers_for_the_label(tutorial: Supervised) -> None:
    config, params = shown_to(tutorial, False, discriminator_sees="label_logit")
    network = params["discriminator"]
    layers(network)[-1]["kernel"] *= 0
    layers(network)[-1]["bias"] = jnp.array([10.0, 20.0, 30.0, 40.0])
    nowhere = jnp.zeros((4, config.latent_dim))
    logits = is_prior(config, params, nowhere, nowhere, jnp.eye(4))
    assert_close(logits, np.array([10.0, 20.0, 30.0, 40.0]))


def test_layers_are_those_of_the_paper(tutorial: Supervised) -> None:
    wide = replace(
        tutorial,
        image_shape=(28, 28, 1),
        num_classes=10,
        latent_dim=15,
        hidden_dim=1000,
    )
    assert widths(wide) == {
        "encoder": [784, 1000, 1000, 15],
        "decoder": [10 + 15, 1000, 1000, 784],
        "discriminator": [15, 1000, 1000, 1],
    }
    told = replace(wide, discriminator_sees="label")
    assert widths(told)["discriminator"] == [15 + 10, 1000, 1000, 1]
    asked = replace(wide, discriminator_sees="label_logit")
    assert widths(asked)["discriminator"] == [15 + 10, 1000, 1000, 10]
    colored = replace(wide, image_shape=(8, 8, 3))
    assert widths(colored)["encoder"][0] == widths(colored)["decoder"][-1] == 192


def test_a_step_depends_on_the_length_where_a_rate_or_weight_falls(
    tutorial: Supervised,
) -> None:
    assert not tutorial.depends_on_length
    assert replace(tutorial, schedule="cosine").depends_on_length
    assert replace(tutorial, agreement_weight=0.1).depends_on_length


def run(
    config: Supervised, name: str, state: TrainState, batch: Batch, draws: Draws
) -> tuple[TrainState, jax.Array]:
    """Run the phase of this name alone."""
    (phase,) = (phase for phase in config.phases() if phase.name == name)
    return run_phase(config, phase, state, batch, draws)


def silence(config: Supervised) -> Draws:
    """Return draws of ones from the prior, and no noise."""
    zeros = jnp.zeros((config.batch_size, config.latent_dim))
    return Draws(zeros + 1, zeros, zeros, zeros)


def shown_to(
    config: Supervised, standardizes: bool, **changes: Any
) -> tuple[Supervised, dict[str, Any]]:
    """Return a config whose prior has std 4, and parameters that see every input."""
    config = replace(
        config,
        prior=Gaussian(std=4.0),
        standardizes=standardizes,
        weight_init="lecun_normal",
        **changes,
    )
    return config, quick_state(config).params


def verdicts(
    config: Supervised, state: TrainState, batch: Batch, draws: Draws
) -> dict[str, float]:
    """Mean logits of the discriminator; positive means prior."""
    codes = apply(config, state.params, "encoder", batch.images)
    sides = {"prior": draws.prior, "codes": codes}
    silent = jnp.zeros_like(codes)
    return {
        name: float(is_prior(config, state.params, z, silent, batch.labels).mean())
        for name, z in sides.items()
    }


def widths(config: Supervised) -> dict[str, list[int]]:
    """The number of inputs, and of outputs of each layer, of each network."""
    params = jax.eval_shape(partial(init_state, config), jax.random.key(0)).params
    found = {}
    for name, network in params.items():
        kernels = [layer["kernel"].shape for layer in layers(network)]
        found[name] = [kernels[0][0], *(outputs for _, outputs in kernels)]
    return found
