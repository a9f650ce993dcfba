"""What is not finite is found and named; units that get no gradient are counted."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.core.config import Config
from aae_jax.engine.examination import examine, hidden_layers, lost
from tests.support.configs import quick_state

METRICS = {"epoch": 7, "validation_error": 0.1}


def steps(config: Config, **bad: int) -> dict[str, np.ndarray]:
    """Losses of six steps; those of a phase are not finite from its step on."""
    losses = {phase.name: np.ones(6) for phase in config.phases()}
    for name, step in bad.items():
        losses[name][step:] = np.nan
    return losses


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (
            {"reconstruction": 3, "discriminator": 3, "generator": 2},
            "step 3: the loss of the phase generator is not finite, and so is its "
            "gradient, which spoils encoder first; just before, discriminator updated "
            "discriminator. Nothing of this epoch is saved; train a run of its own "
            "with a lower --discriminator.lr or --generator.lr",
        ),
        (
            {"reconstruction": 3, "discriminator": 2},
            "step 3: the loss of the phase discriminator is not finite, and so is its "
            "gradient, which spoils discriminator first; just before, reconstruction "
            "updated encoder and decoder. Nothing",
        ),
        ({"reconstruction": 0}, "spoils encoder and decoder first. Nothing of this"),
    ],
)
def test_the_first_loss_that_is_not_finite_is_named(
    default: Config, bad: dict[str, int], words: str
) -> None:
    said = lost(default, METRICS, steps(default, **bad), [False] * 3)
    assert said is not None and "epoch 7, " in said and words in said


def test_what_is_lost_in_the_last_step_is_named(default: Config) -> None:
    losses = steps(default)
    assert lost(default, METRICS, losses, [True] * 3) is None
    said = lost(default, METRICS, losses, [True, True, False])
    assert said and "at its end: the phase discriminator left discriminator" in said
    bad: Any = {**METRICS, "validation_error": np.inf}
    assert "validation_error is not finite" in str(lost(default, bad, losses, [1] * 3))


def test_every_network_is_looked_at(default: Config) -> None:
    state, examined = quick_state(default), jax.jit(examine, static_argnums=0)
    for number, name in enumerate(default.networks()):
        # One element of one array, the last one.
        leaves, tree = jax.tree.flatten(state.params[name])
        leaves[-1] = leaves[-1].at[(-1,) * leaves[-1].ndim].set(jnp.inf)
        params = {**state.params, name: jax.tree.unflatten(tree, leaves)}
        finite = examined(default, state.replace(params=params))["finite"]
        assert [*np.flatnonzero(~finite)] == [number]


def test_hidden_layers_are_all_but_the_last(algorithm: Config) -> None:
    for network in algorithm.networks().values():
        layers = hidden_layers(network)
        assert len(set(layers)) == len(layers) <= 4
        assert all("Dense_2" not in layer for layer in layers)


@pytest.mark.parametrize("killed", [0, 5])
def test_units_without_a_gradient_are_dead(tutorial: Config, killed: int) -> None:
    # All had a gradient of late, but for some of the encoder, in both of its phases,
    # and some of the decoder.
    states = jax.tree.map(jnp.ones_like, quick_state(tutorial).opt_states)
    ends = {"reconstruction": ("encoder", "decoder"), "generator": ("encoder",)}
    for phase, names in ends.items():
        for name in names:
            layer = states[phase][0].mu[name]["params"]["network"]["Dense_1"]
            layer["bias"] = layer["bias"].at[:killed].set(1e-7)
    layer = states["reconstruction"][0].mu["encoder"]["params"]["network"]["Dense_0"]
    layer["bias"] = jnp.zeros_like(layer["bias"])
    state = quick_state(tutorial).replace(opt_states=states)
    shares = examine(tutorial, state)["dead_units"]
    np.testing.assert_allclose(shares, [killed / 24, killed / 24, 0], rtol=1e-6)


def test_units_of_a_leaky_network_cannot_die(default: Config) -> None:
    assert "dead_units" not in examine(default, quick_state(default))
