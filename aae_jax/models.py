"""The three networks as linen modules: pure functions of parameters and arrays."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
from flax import linen as nn

from aae_jax.config import Config

INITIALIZERS = {
    "normal": nn.initializers.normal(stddev=0.01),
    "lecun_normal": nn.initializers.lecun_normal(),
}
ACTIVATIONS: dict[str, Callable[[jax.Array], jax.Array]] = {
    "relu": nn.relu,
    "leaky_relu": partial(nn.leaky_relu, negative_slope=0.1),
}


class MLP(nn.Module):
    """Two hidden layers and a linear output; biases start at 0."""

    hidden_dim: int
    output_dim: int
    kernel_init: nn.initializers.Initializer
    activation: Callable[[jax.Array], jax.Array]

    @nn.compact
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Map inputs [B, D] to outputs [B, output_dim]."""
        x = inputs
        for _ in range(2):
            x = nn.Dense(self.hidden_dim, kernel_init=self.kernel_init)(x)
            x = self.activation(x)
        return nn.Dense(self.output_dim, kernel_init=self.kernel_init)(x)


class Encoder(nn.Module):
    """The map x -> z, read as q(z | x); the generator of the regularization phase."""

    network: MLP

    def __call__(self, images: jax.Array) -> jax.Array:
        """Map images [B, H, W] in [0, 1] to latent codes [B, Z] in prior units."""
        return self.network(images.reshape(-1, math.prod(images.shape[1:])))


class Decoder(nn.Module):
    """The map (y, z) -> x that paints content y in style z."""

    network: MLP
    image_shape: tuple[int, int]

    def __call__(self, view: jax.Array) -> jax.Array:
        """Map what it sees [B, D] to pixel logits [B, H, W]."""
        logits = self.network(view)
        return logits.reshape(-1, *self.image_shape)


class Discriminator(nn.Module):
    """The judge that tells samples of the prior (real) from codes (fake)."""

    network: MLP

    def __call__(self, view: jax.Array, labels: jax.Array) -> jax.Array:
        """Map what it sees [B, D] to logits [B]; positive means prior.

        Where the network has an output a class, the one-hot labels [B, K] pick theirs,
        much as in the projection of Miyato and Koyama 2018 (arXiv 1802.05637).
        """
        logits = self.network(view)
        if logits.shape[-1] == 1:
            return logits.squeeze(-1)
        return jnp.sum(labels * logits, axis=-1)


class Models(NamedTuple):
    """The three modules of one config; they hold no parameters."""

    encoder: Encoder
    decoder: Decoder
    discriminator: Discriminator


def build_models(config: Config) -> Models:
    """Build the modules that `config` describes (Makhzani et al. 2015, section 4)."""
    kernel_init = INITIALIZERS[config.weight_init]
    activation = ACTIVATIONS[config.activation]

    def mlp(output_dim: int) -> MLP:
        return MLP(config.hidden_dim, output_dim, kernel_init, activation)

    height, width = config.image_shape
    return Models(
        encoder=Encoder(mlp(config.latent_dim)),
        decoder=Decoder(mlp(height * width), config.image_shape),
        discriminator=Discriminator(
            mlp(config.num_classes if config.discriminator_projects else 1)
        ),
    )


def apply(module: nn.Module, params: Any, *inputs: jax.Array) -> jax.Array:
    """Run a module as what it is: a pure function of parameters and arrays."""
    return cast(jax.Array, module.apply(params, *inputs))


def decoder_view(config: Config, z: jax.Array, labels: jax.Array) -> jax.Array:
    """Return what the decoder sees of codes z [B, Z] and one-hot labels [B, K].

    z itself or z / sigma, alone or with the label before it: [B, Z] or [B, K + Z].
    """
    style = z / config.prior_std if config.decoder_standardizes else z
    return _side_by_side(labels, style) if config.decoder_sees_label else style


def discriminator_view(config: Config, z: jax.Array, labels: jax.Array) -> jax.Array:
    """Return what the discriminator sees of codes z [B, Z], one-hot labels [B, K].

    z itself or z / sigma, alone or with the label beside it: [B, Z] or [B, Z + K].
    """
    style = z / config.prior_std if config.discriminator_standardizes else z
    return _side_by_side(style, labels) if config.discriminator_sees_label else style


def _side_by_side(left: jax.Array, right: jax.Array) -> jax.Array:
    return jnp.concatenate([left, right], axis=-1)
