"""Convolutional encoders and decoders for images of any size and number of channels.

A convolution of stride 2 with a 4 x 4 kernel is one of stride 1 with a 2 x 2 kernel
over blocks of 2 x 2 pixels: four products of matrices, which XLA scans on a CPU as fast
as those of an MLP and maps over seeds, as it does not its own convolutions.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from flax import linen as nn

from aae_jax.core.networks import MLP, mlp
from aae_jax.core.parts import Count, Part, Shape

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
"""Row and column of each block under a 2 x 2 kernel."""

# Blocks begin one pixel before the image:
#
#   pixels    . 0 1 2 3 4 5 6 .     the last block may end one or two after it
#   blocks    [0] [1] [2] [3]
#   halves      [ 0 ]               half 0 has blocks 0 and 1, so pixels -1 to 2,
#                   [ 1 ]           half 1 has blocks 1 and 2
#                       [ 2 ]


class Halving(nn.Module):
    """A convolution of stride 2 with a 4 x 4 kernel."""

    channels: int
    kernel_init: nn.initializers.Initializer

    @nn.compact
    def __call__(self, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] to [B, ceil(H / 2), ceil(W / 2), channels]."""
        shape = (2, 2, 4 * images.shape[-1], self.channels)
        kernel = self.param("kernel", self.kernel_init, shape)
        bias = self.param("bias", nn.initializers.zeros, (self.channels,))
        height, width = half(images.shape[1]), half(images.shape[2])
        blocks = to_blocks(images)
        parts = [
            blocks[:, i : i + height, j : j + width] @ kernel[i, j] for i, j in CORNERS
        ]
        return sum(parts, bias[None, None, None])


class Doubling(nn.Module):
    """The transpose of such a convolution, to images of `size` (H, W)."""

    channels: int
    size: tuple[int, int]
    kernel_init: nn.initializers.Initializer

    @nn.compact
    def __call__(self, halves: jax.Array) -> jax.Array:
        """Map [B, ceil(H / 2), ceil(W / 2), C] to images [B, H, W, channels]."""
        shape = (2, 2, halves.shape[-1], 4 * self.channels)
        kernel = self.param("kernel", self.kernel_init, shape)
        bias = self.param("bias", nn.initializers.zeros, (self.channels,))
        parts = [
            jnp.pad(halves @ kernel[i, j], ((0, 0), (i, 1 - i), (j, 1 - j), (0, 0)))
            for i, j in CORNERS
        ]
        return to_images(sum(parts[1:], parts[0]), self.size) + bias[None, None, None]


class ConvolutionalEncoder(nn.Module):
    """Two convolutions of stride 2, the second twice as wide, and an MLP."""

    channels: int
    network: MLP

    @nn.compact
    def __call__(self, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to outputs [B, D]."""
        x, init = images, self.network.kernel_init
        for channels in (self.channels, 2 * self.channels):
            x = self.network.activation(Halving(channels, init)(x))
        return self.network(x.reshape(x.shape[0], math.prod(x.shape[1:])))


class ConvolutionalDecoder(nn.Module):
    """An MLP, and two transposed convolutions of stride 2."""

    channels: int
    network: MLP
    image_shape: Shape

    @nn.compact
    def __call__(self, shown: jax.Array) -> jax.Array:
        """Map what it is shown [B, D] to pixel logits [B, H, W, C]."""
        (*size, colors), init = self.image_shape, self.network.kernel_init
        height, width = size
        halves = half(height), half(width)
        x = self.network.activation(self.network(shown))
        x = x.reshape(x.shape[0], half(halves[0]), half(halves[1]), 2 * self.channels)
        x = self.network.activation(Doubling(self.channels, halves, init)(x))
        return Doubling(colors, (height, width), init)(x)


@dataclass(frozen=True)
class Convolutional(Part):
    """Encoder and decoder of two stride-2 convolutions and one hidden layer."""

    kind: ClassVar[str] = "conv"

    channels: Count = 16
    """Of the convolution next to the image; the other one has twice as many."""

    def encoder(self, config: Any, outputs: int) -> nn.Module:
        """Return the map from images [B, H, W, C] to outputs [B, outputs]."""
        return ConvolutionalEncoder(self.channels, mlp(config, outputs, num_hidden=1))

    def decoder(self, config: Any) -> nn.Module:
        """Return the map from what it is shown [B, D] to pixel logits [B, H, W, C]."""
        sides = [half(half(side)) for side in config.image_shape[:2]]
        network = mlp(config, math.prod(sides) * 2 * self.channels, num_hidden=1)
        return ConvolutionalDecoder(self.channels, network, config.image_shape)


def half(side: int) -> int:
    """Return the half of a side, rounded up."""
    return -(-side // 2)


def to_blocks(images: jax.Array) -> jax.Array:
    """Cut images [B, H, W, C] into blocks [B, ceil(H / 2) + 1, ceil(W / 2) + 1, 4 C].

    Beyond the edges they hold zeros.
    """
    B, H, W, C = images.shape
    rows, columns = half(H) + 1, half(W) + 1
    edges = ((0, 0), (1, 2 * rows - 1 - H), (1, 2 * columns - 1 - W), (0, 0))
    pairs = jnp.pad(images, edges).reshape(B, rows, 2, columns, 2, C)
    return pairs.transpose(0, 1, 3, 2, 4, 5).reshape(B, rows, columns, 4 * C)


def to_images(blocks: jax.Array, size: tuple[int, int]) -> jax.Array:
    """Put blocks [B, ceil(H / 2) + 1, ceil(W / 2) + 1, 4 C] together: [B, H, W, C]."""
    (B, rows, columns, channels), (H, W) = blocks.shape, size
    C = channels // 4
    pairs = blocks.reshape(B, rows, columns, 2, 2, C).transpose(0, 1, 3, 2, 4, 5)
    images = pairs.reshape(B, 2 * rows, 2 * columns, C)
    return images[:, 1 : 1 + H, 1 : 1 + W]
