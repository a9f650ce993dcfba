"""What the networks compute, what they are made of, and what they see."""

from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from trees import assert_close, assert_equal, distance, layers

from aae_jax.config import Config
from aae_jax.models import ACTIVATIONS, build_models, decoder_view, discriminator_view
from aae_jax.state import TrainState, init_state

N = 5


@pytest.mark.parametrize("sees_label", [False, True])
@pytest.mark.parametrize("projects", [False, True])
def test_shapes(tutorial: Config, sees_label: bool, projects: bool) -> None:
    config = replace(
        tutorial,
        decoder_sees_label=sees_label,
        discriminator_sees_label=sees_label,
        discriminator_projects=projects,
    )
    images, z, labels = jnp.zeros((N, 6, 5)), jnp.zeros((N, 3)), jnp.zeros((N, 4))
    shown, view = decoder_view(config, z, labels), discriminator_view(config, z, labels)
    params = jax.eval_shape(partial(init_state, config), jax.random.key(0)).params
    encoder, decoder, discriminator = build_models(config)
    codes = jax.eval_shape(encoder.apply, params.encoder, images)
    painted = jax.eval_shape(decoder.apply, params.decoder, shown)
    logits = jax.eval_shape(discriminator.apply, params.discriminator, view, labels)
    assert [a.shape for a in (codes, painted, logits)] == [(N, 3), (N, 6, 5), (N,)]
    assert {a.dtype for a in (codes, painted, logits)} == {jnp.dtype("float32")}


def test_layers_are_those_of_the_recipe(tutorial: Config) -> None:
    config = replace(tutorial, image_shape=(28, 28), num_classes=10, latent_dim=15)
    config = replace(config, hidden_dim=1000)
    params = jax.eval_shape(partial(init_state, config), jax.random.key(0)).params
    assert widths(params.encoder) == [784, 1000, 1000, 15]
    assert widths(params.decoder) == [10 + 15, 1000, 1000, 784]
    assert widths(params.discriminator) == [15, 1000, 1000, 1]
    seeing = replace(config, discriminator_sees_label=True)
    params = jax.eval_shape(partial(init_state, seeing), jax.random.key(0)).params
    assert widths(params.discriminator) == [15 + 10, 1000, 1000, 1]
    other = replace(config, discriminator_projects=True, decoder_sees_label=False)
    params = jax.eval_shape(partial(init_state, other), jax.random.key(0)).params
    assert widths(params.discriminator) == [15, 1000, 1000, 10]
    assert widths(params.decoder) == [15, 1000, 1000, 784]


@pytest.fixture(scope="module", params=["normal", "lecun_normal"])
def wide(request: pytest.FixtureRequest, tutorial: Config) -> tuple[Config, Any]:
    """A config of either initializer, and layers with enough weights to judge it by."""
    config = replace(
        tutorial, weight_init=request.param, image_shape=(14, 14), hidden_dim=200
    )
    init = jax.jit(init_state, static_argnames="config")
    params = init(config, jax.random.key(1)).params
    networks = params.encoder, params.decoder, params.discriminator
    return config, [layer for network in networks for layer in layers(network)]


def test_initial_kernels_have_the_deviation_they_should(wide: Any) -> None:
    config, wide_layers = wide
    kernels = [layer["kernel"] for layer in wide_layers if layer["kernel"].size > 5_000]
    assert len(kernels) == 5
    for kernel in kernels:
        fan_in = len(kernel)
        std = 0.01 if config.weight_init == "normal" else fan_in**-0.5
        # Five standard errors of the estimate from so many weights.
        margin = 5 / kernel.size**0.5
        assert np.std(kernel) == pytest.approx(std, rel=margin)
        assert abs(np.mean(kernel)) < margin * std


def test_only_lecun_normal_weights_are_truncated(wide: Any) -> None:
    config, wide_layers = wide
    kernels = [layer["kernel"] for layer in wide_layers if layer["kernel"].size > 5_000]
    for kernel in kernels:
        is_truncated = np.max(np.abs(kernel)) < 2.5 * np.std(kernel)
        assert is_truncated == (config.weight_init == "lecun_normal")


def test_biases_start_at_zero(wide: Any) -> None:
    _, wide_layers = wide
    assert all(np.all(layer["bias"] == 0) for layer in wide_layers)


def test_no_two_networks_start_with_the_same_weights(state: TrainState) -> None:
    params = state.params
    networks = (params.encoder, params.decoder, params.discriminator)
    squares = [layers(network)[1]["kernel"] for network in networks]
    assert all(
        not np.array_equal(squares[i], squares[j]) for i, j in ((0, 1), (0, 2), (1, 2))
    )


def test_the_decoder_takes_the_label_first(tiny: Config, state: TrainState) -> None:
    K, whole = tiny.num_classes, state.params.decoder
    z, labels = jax.random.normal(jax.random.key(0), (K, 3)), jnp.eye(K)

    def paint(params: Any, z: jax.Array, labels: jax.Array) -> np.ndarray:
        view = decoder_view(tiny, z, labels)
        return np.asarray(build_models(tiny).decoder.apply(params, view))

    # Without weights from the first K inputs labels cannot matter, and z still can.
    contentless, styleless = (
        without_inputs(whole, rows) for rows in (slice(0, K), slice(K, None))
    )
    assert_equal(paint(contentless, z, labels), paint(contentless, z, 0 * labels))
    assert_equal(paint(styleless, z, labels), paint(styleless, 0 * z, labels))
    assert distance(paint(contentless, z, labels), paint(contentless, 0 * z, labels))
    assert distance(paint(styleless, z, labels), paint(styleless, z, 0 * labels))


def test_outputs_are_linear_and_hidden_layers_are_not(
    tiny: Config, state: TrainState
) -> None:
    # A large negative bias kills every ReLU, and then only the last bias is left.
    params = jax.tree.map(lambda leaf: leaf, state.params.encoder)
    *hidden, last = layers(params)
    for layer in hidden:
        layer["bias"] = layer["bias"] - 30.0
    last["bias"] = jnp.array([-1.0, 0.0, 2.0])
    images = jax.random.uniform(jax.random.key(0), (N, 6, 5))
    dying = replace(tiny, activation="relu")
    z = build_models(dying).encoder.apply(params, images)
    assert_equal(z, np.tile([-1.0, 0.0, 2.0], (N, 1)))
    leaking = replace(tiny, activation="leaky_relu")
    z = build_models(leaking).encoder.apply(params, images)
    assert distance(z[0], z[1]) > 0


def test_a_leaky_relu_lets_a_tenth_through() -> None:
    sums = jnp.array([-2.0, 0.0, 3.0])
    assert_close(ACTIVATIONS["leaky_relu"](sums), np.array([-0.2, 0.0, 3.0]))
    assert_equal(ACTIVATIONS["relu"](sums), np.array([0.0, 0.0, 3.0]))


def test_a_projecting_discriminator_answers_for_the_label(tutorial: Config) -> None:
    config = replace(tutorial, discriminator_projects=True)
    params = init_state(config, jax.random.key(0)).params.discriminator
    params = jax.tree.map(lambda leaf: leaf, params)
    layers(params)[-1]["bias"] = jnp.array([10.0, 20.0, 30.0, 40.0])
    logits = build_models(config).discriminator.apply(
        params, jnp.zeros((4, 3)), jnp.eye(4)
    )
    assert_close(logits, np.array([10.0, 20.0, 30.0, 40.0]))


@pytest.mark.parametrize("network", ["decoder", "discriminator"])
@pytest.mark.parametrize("standardizes", [False, True])
@pytest.mark.parametrize("sees_label", [False, True])
def test_what_a_network_sees(
    tutorial: Config, network: str, standardizes: bool, sees_label: bool
) -> None:
    switches = {"standardizes": standardizes, "sees_label": sees_label}
    changes = {f"{network}_{name}": value for name, value in switches.items()}
    config = replace(tutorial, prior_std=4.0, **changes)
    z, labels = jnp.array([[4.0, 8.0, -2.0]]), jnp.array([[0.0, 0.0, 1.0, 0.0]])
    style = [1.0, 2.0, -0.5] if standardizes else [4.0, 8.0, -2.0]
    label = [0.0, 0.0, 1.0, 0.0] if sees_label else []
    view, expected = {
        "decoder": (decoder_view, label + style),
        "discriminator": (discriminator_view, style + label),
    }[network]
    assert_equal(view(config, z, labels), np.array([expected]))


def widths(params: Any) -> list[int]:
    """The number of inputs, and of outputs of each layer."""
    kernels = [layer["kernel"].shape for layer in layers(params)]
    return [kernels[0][0], *(outputs for _, outputs in kernels)]


def without_inputs(params: Any, rows: slice) -> Any:
    """A copy of the parameters that ignores some of a network's inputs."""
    params = jax.tree.map(lambda leaf: leaf, params)
    first = layers(params)[0]
    first["kernel"] = first["kernel"].at[rows].set(0)
    return params
