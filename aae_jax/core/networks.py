"""The networks as linen modules: pure functions of parameters and arrays.

What is called `config` here is a `core.config.Config`, which is built on this file.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, NamedTuple, cast

import jax
from flax import linen as nn

from aae_jax.core.parts import Part, Shape

INITIALIZERS = {
    "normal": nn.initializers.normal(stddev=0.01),
    "lecun_normal": nn.initializers.lecun_normal(),
}
ACTIVATIONS: dict[str, Callable[[jax.Array], jax.Array]] = {
    "relu": nn.relu,
    "leaky_relu": partial(nn.leaky_relu, negative_slope=0.1),
}

CAN_DIE = ("relu",)
"""The activations through which no gradient comes back where a unit is off."""


class MLP(nn.Module):
    """Hidden layers and a linear output; biases start at 0."""

    hidden_dim: int
    output_dim: int
    kernel_init: nn.initializers.Initializer
    activation: Callable[[jax.Array], jax.Array]
    num_hidden: int = 2

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Map inputs [B, D] to outputs [B, output_dim]."""
        x = inputs
        for _ in range(self.num_hidden):
            x = nn.Dense(self.hidden_dim, kernel_init=self.kernel_init)(x)
            x = self.activation(x)
        return nn.Dense(self.output_dim, kernel_init=self.kernel_init)(x)


class Encoder(nn.Module):
    """The map x -> z, read as q(z | x); the generator of the regularization phase."""

    network: MLP

    def __call__(self, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to outputs [B, D]."""
        numbers = math.prod(images.shape[1:])
        return self.network(images.reshape(images.shape[0], numbers))


class Decoder(nn.Module):
    """The map from what it is shown, such as (y, z), to an image."""

    network: MLP
    image_shape: Shape

    def __call__(self, shown: jax.Array) -> jax.Array:
        """Map what it is shown [B, D] to pixel logits [B, H, W, C]."""
        return self.network(shown).reshape(-1, *self.image_shape)


class Discriminator(nn.Module):
    """Tells samples of the prior (real) from codes (fake)."""

    network: MLP

    def __call__(self, shown: jax.Array) -> jax.Array:
        """Map what it is shown [B, D] to logits [B, L]; positive means prior."""
        return self.network(shown)


class Network(NamedTuple):
    """A module, which holds no parameters, and the shape of one input without B."""

    module: nn.Module
    input_shape: tuple[int, ...]


@dataclass(frozen=True)
class FullyConnected(Part):
    """Encoder and decoder of two hidden layers, as in the paper."""

    kind: ClassVar[str] = "mlp"

    def encoder(self, config: Any, outputs: int) -> nn.Module:
        """Return the map from images [B, H, W, C] to outputs [B, outputs]."""
        return Encoder(mlp(config, outputs))

    def decoder(self, config: Any) -> nn.Module:
        """Return the map from what it is shown [B, D] to pixel logits [B, H, W, C]."""
        network = mlp(config, math.prod(config.image_shape))
        return Decoder(network, config.image_shape)


def mlp(config: Any, output_dim: int, num_hidden: int = 2) -> MLP:
    """Return an MLP with the width, weights and activation of a config."""
    return MLP(
        config.hidden_dim,
        output_dim,
        INITIALIZERS[config.weight_init],
        ACTIVATIONS[config.activation],
        num_hidden,
    )


def encoder(config: Any, outputs: int) -> Network:
    """Build an encoder from images to `outputs` numbers."""
    return Network(config.network.encoder(config, outputs), config.image_shape)


def decoder(config: Any, inputs: int) -> Network:
    """Build a decoder from `inputs` numbers to pixel logits."""
    return Network(config.network.decoder(config), (inputs,))


def discriminator(config: Any, inputs: int, logits: int = 1) -> Network:
    """Build a discriminator that is shown `inputs` numbers."""
    return Network(Discriminator(mlp(config, logits)), (inputs,))


def apply(config: Any, params: Any, name: str, inputs: jax.Array) -> jax.Array:
    """Return the outputs of the network `name` for a batch of inputs.

    Args:
      config: Says what the network is.
      params: Of all networks, by name.
      name: Of the network.
      inputs: A batch of what it is shown: [B, ...].
    """
    module = config.networks()[name].module
    return cast(jax.Array, module.apply(params[name], inputs))
