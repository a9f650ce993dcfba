"""What training changes: parameters and optimizer states, as trees of arrays."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax.struct import PyTreeNode

from aae_jax.config import Config
from aae_jax.models import build_models, decoder_view, discriminator_view

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

    def adversarial(rate: float) -> optax.GradientTransformation:
        rates = learning_rates(config, rate, config.adversarial_hold)
        return optax.adam(rates, b1=config.adversarial_beta1)

    return Optimizers(
        reconstruction=optax.adam(
            learning_rates(config, config.reconstruction_lr),
            b1=config.reconstruction_beta1,
        ),
        discriminator=adversarial(config.discriminator_lr),
        generator=adversarial(config.generator_lr),
    )


def learning_rates(
    config: Config, rate: float, hold: float = 0.0
) -> optax.ScalarOrSchedule:
    """Return the learning rate, or that of each step: a warm-up, then a cosine.

    A cosine begins after the fraction `hold` of the run and ends at 0 with the run.
    """
    if config.schedule == "constant" and not config.warmup_epochs:
        return rate
    plan = optax.constant_schedule(rate)
    if config.schedule == "cosine":
        held = int(hold * config.num_steps)
        decay = optax.cosine_decay_schedule(rate, config.num_steps - held)
        plan = optax.join_schedules([plan, decay], [held])
    warmup = config.warmup_epochs * config.steps_per_epoch
    if not warmup:
        return plan
    return lambda step: plan(step) * jnp.minimum(1.0, (step + 1.0) / warmup)


def init_state(config: Config, key: jax.Array) -> TrainState:
    """Return the state before the first step, with weights drawn from `key`."""
    models, optimizers = build_models(config), build_optimizers(config)
    encoder_key, decoder_key, discriminator_key = jax.random.split(key, 3)
    images = jnp.zeros((1, *config.image_shape))
    z = jnp.zeros((1, config.latent_dim))
    labels = jnp.zeros((1, config.num_classes))
    seen = decoder_view(config, z, labels), discriminator_view(config, z, labels)
    params = Params(
        encoder=models.encoder.init(encoder_key, images),
        decoder=models.decoder.init(decoder_key, seen[0]),
        discriminator=models.discriminator.init(discriminator_key, seen[1], labels),
    )
    opt_states = OptStates(
        reconstruction=optimizers.reconstruction.init((params.encoder, params.decoder)),
        discriminator=optimizers.discriminator.init(params.discriminator),
        generator=optimizers.generator.init(params.encoder),
    )
    return TrainState(jnp.int32(0), params, opt_states)
