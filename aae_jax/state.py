"""What training changes: parameters and optimizer states, as trees of arrays."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax.struct import PyTreeNode

from aae_jax.config import Config
from aae_jax.models import build_models, discriminator_view

Tree = Any
"""A pytree of arrays."""


class Params(PyTreeNode):
    """The parameters of the three networks."""

    encoder: Tree
    decoder: Tree
    discriminator: Tree


class OptStates(PyTreeNode):
    """One optimizer state a phase; the encoder is in two of them."""

    reconstruction: optax.OptState
    discriminator: optax.OptState
    generator: optax.OptState


class TrainState(PyTreeNode):
    """All that changes in training; `step` [] int32 counts batches."""

    step: jax.Array
    params: Params
    opt_states: OptStates


class Optimizers(NamedTuple):
    """One optimizer a phase."""

    reconstruction: optax.GradientTransformation
    discriminator: optax.GradientTransformation
    generator: optax.GradientTransformation


def build_optimizers(config: Config) -> Optimizers:
    """Return the three Adams of `config`, each with its rate, schedule and beta1."""

    def adam(rate: float, beta1: float) -> optax.GradientTransformation:
        if config.schedule == "constant":
            return optax.adam(rate, b1=beta1)
        return optax.adam(optax.cosine_decay_schedule(rate, config.num_steps), b1=beta1)

    return Optimizers(
        reconstruction=adam(config.reconstruction_lr, config.reconstruction_beta1),
        discriminator=adam(config.discriminator_lr, config.adversarial_beta1),
        generator=adam(config.generator_lr, config.adversarial_beta1),
    )


def init_state(config: Config, key: jax.Array) -> TrainState:
    """Return the state before the first step, with weights drawn from `key`."""
    models, optimizers = build_models(config), build_optimizers(config)
    encoder_key, decoder_key, discriminator_key = jax.random.split(key, 3)
    images = jnp.zeros((1, *config.image_shape))
    z = jnp.zeros((1, config.latent_dim))
    labels = jnp.zeros((1, config.num_classes))
    view = discriminator_view(config, z, labels)
    params = Params(
        encoder=models.encoder.init(encoder_key, images),
        decoder=models.decoder.init(decoder_key, z, labels),
        discriminator=models.discriminator.init(discriminator_key, view),
    )
    opt_states = OptStates(
        reconstruction=optimizers.reconstruction.init((params.encoder, params.decoder)),
        discriminator=optimizers.discriminator.init(params.discriminator),
        generator=optimizers.generator.init(params.encoder),
    )
    return TrainState(jnp.int32(0), params, opt_states)
