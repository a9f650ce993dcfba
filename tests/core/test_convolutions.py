"""Convolutions as products of matrices: what they compute, for images of any size."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.core.config import Config
from aae_jax.core.convolutions import Convolutional, Doubling, Halving, half
from aae_jax.core.networks import decoder, encoder
from tests.support.trees import assert_close

N, C, WIDE = 2, 3, 4
SIZES = [(28, 28), (6, 5), (5, 6), (8, 8), (7, 1), (1, 2)]
LECUN = jax.nn.initializers.lecun_normal()


def drawn(seed: int, *shape: int) -> jax.Array:
    return jax.random.normal(jax.random.key(seed), shape)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_halving_is_a_convolution_of_stride_two(size: tuple[int, int]) -> None:
    images, kernel = drawn(0, N, *size, C), drawn(1, 2, 2, 4 * C, WIDE)
    bias = drawn(2, WIDE)
    # Rows and columns of blocks, then of pixels in them, are those of the kernel.
    pixels = kernel.reshape(2, 2, 2, 2, C, WIDE).transpose(0, 2, 1, 3, 4, 5)
    expected = jax.lax.conv_general_dilated(
        images,
        pixels.reshape(4, 4, C, WIDE),
        window_strides=(2, 2),
        padding=[(1, 1 + side % 2) for side in size],
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )
    assert expected.shape == (N, *map(half, size), WIDE)
    params: Any = {"params": {"kernel": kernel, "bias": bias}}
    actual = Halving(WIDE, LECUN).apply(params, images)
    assert_close(actual, expected + bias[None, None, None], tolerance=2e-5)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_doubling_is_its_transpose(size: tuple[int, int]) -> None:
    images, kernel = drawn(0, N, *size, C), drawn(1, 2, 2, 4 * C, WIDE)
    halves = drawn(2, N, *map(half, size), WIDE)
    down: Any = {"params": {"kernel": kernel, "bias": jnp.zeros(WIDE)}}
    up: Any = {"params": {"kernel": kernel.swapaxes(2, 3), "bias": jnp.zeros(C)}}
    one = jnp.vdot(Halving(WIDE, LECUN).apply(down, images), halves)
    other = jnp.vdot(images, Doubling(C, size, LECUN).apply(up, halves))
    assert one == pytest.approx(float(other), rel=1e-4)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_images_of_any_size_go_in_and_come_out(
    tutorial: Config, size: tuple[int, int], channels: int
) -> None:
    shape, network = (*size, channels), Convolutional(channels=2)
    config = replace(tutorial, image_shape=shape, network=network)
    for built, outputs in (
        (encoder(config, outputs=7), (N, 7)),
        (decoder(config, inputs=7), (N, *shape)),
    ):
        inputs = jnp.zeros((N, *built.input_shape))
        made, _ = jax.eval_shape(
            built.module.init_with_output, jax.random.key(0), inputs
        )
        assert (made.shape, made.dtype) == (outputs, jnp.float32)


def test_initial_kernels_keep_the_variance() -> None:
    wide = 64
    halving, doubling = Halving(wide, LECUN), Doubling(wide, (16, 16), LECUN)
    for module, side in ((halving, 16), (doubling, 8)):
        images = drawn(0, 8, side, side, wide)
        outputs, _ = module.init_with_output(jax.random.key(1), images)
        inner = np.asarray(outputs[:, 1:-1, 1:-1])
        assert np.std(inner) == pytest.approx(1, rel=0.1)
