"""What the networks compute, and what they are made of."""

from dataclasses import replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.core.config import Config
from aae_jax.core.networks import ACTIVATIONS, apply, decoder, discriminator, encoder
from tests.support.configs import quick_state
from tests.support.trees import assert_close, assert_equal, distance, layers

N = 5


def test_shapes(tutorial: Config) -> None:
    for network, shape in (
        (encoder(tutorial, outputs=7), (N, 7)),
        (decoder(tutorial, inputs=7), (N, 6, 5, 1)),
        (discriminator(tutorial, inputs=7), (N, 1)),
        (discriminator(tutorial, inputs=7, logits=4), (N, 4)),
    ):
        inputs = jnp.zeros((N, *network.input_shape))
        made = partial(network.module.init_with_output, jax.random.key(0))
        outputs, _ = jax.eval_shape(made, inputs)
        assert (outputs.shape, outputs.dtype) == (shape, jnp.float32)


def test_sides_and_channels_of_an_image_keep_their_places(tutorial: Config) -> None:
    config = replace(tutorial, image_shape=(6, 5, 3))
    module, shape = encoder(config, outputs=7)
    assert shape == (6, 5, 3)
    params = module.init(jax.random.key(0), jnp.zeros((1, *shape)))
    images = jax.random.uniform(jax.random.key(1), (N, *shape))
    # The encoder reads the numbers in the order in which the decoder writes them.
    flat = replace(config, image_shape=(1, 90, 1))
    (module_of_flat, _) = encoder(flat, outputs=7)
    read = module_of_flat.apply(params, images.reshape(N, 1, 90, 1))
    assert_equal(module.apply(params, images), read)
    writer, _ = decoder(config, inputs=7)
    params = writer.init(jax.random.key(0), jnp.zeros((1, 7)))
    writer_of_flat, _ = decoder(flat, inputs=7)
    written = writer_of_flat.apply(params, jnp.ones((N, 7)))
    assert_equal(writer.apply(params, jnp.ones((N, 7))), written.reshape(N, 6, 5, 3))


@pytest.fixture(scope="module", params=["normal", "lecun_normal"])
def wide(request: pytest.FixtureRequest, tutorial: Config) -> tuple[Config, Any]:
    """A config of either initializer, and layers with enough weights to judge it by."""
    config = replace(
        tutorial, weight_init=request.param, image_shape=(5, 20, 1), hidden_dim=200
    )
    module, shape = encoder(config, outputs=200)
    params = module.init(jax.random.key(1), jnp.zeros((1, *shape)))
    return config, layers(params)


def test_initial_kernels_have_the_deviation_they_should(wide: Any) -> None:
    config, wide_layers = wide
    fan_ins = [layer["kernel"].shape[0] for layer in wide_layers]
    assert fan_ins == [100, 200, 200]
    for layer, fan_in in zip(wide_layers, fan_ins, strict=True):
        kernel = layer["kernel"]
        std = 0.01 if config.weight_init == "normal" else fan_in**-0.5
        # Five standard errors of the estimate from so many weights.
        margin = 5 / kernel.size**0.5
        assert np.std(kernel) == pytest.approx(std, rel=margin)
        assert abs(np.mean(kernel)) < margin * std


def test_only_lecun_normal_weights_are_truncated(wide: Any) -> None:
    config, wide_layers = wide
    for kernel in (layer["kernel"] for layer in wide_layers):
        is_truncated = np.max(np.abs(kernel)) < 2.5 * np.std(kernel)
        assert is_truncated == (config.weight_init == "lecun_normal")


def test_biases_start_at_zero(wide: Any) -> None:
    _, wide_layers = wide
    assert all(np.all(layer["bias"] == 0) for layer in wide_layers)


def test_no_two_networks_start_with_the_same_weights(tiny: Config) -> None:
    params = quick_state(tiny).params
    squares = [layers(network)[1]["kernel"] for network in params.values()]
    assert len(squares) == 3
    assert len({np.asarray(square).tobytes() for square in squares}) == 3


def test_outputs_are_linear_and_hidden_layers_are_not(tiny: Config) -> None:
    # A large negative bias kills every ReLU, and then only the last bias is left.
    params = quick_state(tiny).params
    *hidden, last = layers(params["encoder"])
    for layer in hidden:
        layer["bias"] = layer["bias"] - 30.0
    last["bias"] = jnp.array([-1.0, 0.0, 2.0])
    images = jax.random.uniform(jax.random.key(0), (N, 6, 5, 1))
    dying = replace(tiny, activation="relu")
    z = apply(dying, params, "encoder", images)
    assert_equal(z, np.tile([-1.0, 0.0, 2.0], (N, 1)))
    leaking = replace(tiny, activation="leaky_relu")
    z = apply(leaking, params, "encoder", images)
    assert distance(z[0], z[1]) > 0


def test_a_leaky_relu_lets_a_tenth_through() -> None:
    sums = jnp.array([-2.0, 0.0, 3.0])
    assert_close(ACTIVATIONS["leaky_relu"](sums), np.array([-0.2, 0.0, 3.0]))
    assert_equal(ACTIVATIONS["relu"](sums), np.array([0.0, 0.0, 3.0]))
