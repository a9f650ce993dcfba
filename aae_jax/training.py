"""The lesson: three optimizer states, three updates a batch, one compiled epoch.

A run is `state, metrics = train_epoch(config, state, data, order, key)`, repeated.
Each phase takes gradients only of what it updates and is handed the newest parameters
of everything else.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

from aae_jax.agreement import agreement_term
from aae_jax.config import Config
from aae_jax.data import Dataset
from aae_jax.losses import discriminator_loss, generator_loss, reconstruction_loss
from aae_jax.models import apply, build_models, decoder_view, discriminator_view
from aae_jax.randomness import Draws, draw
from aae_jax.state import TrainState, Tree, build_optimizers


class Batch(NamedTuple):
    """Images [B, H, W] float32 in [0, 1] and one-hot labels [B, K] float32."""

    images: jax.Array
    labels: jax.Array


def draw_codes(config: Config, params: Tree, batch: Batch, draws: Draws) -> jax.Array:
    """Encode the batch as training sees it: codes [B, Z] with their noise, if any.

    Noise makes the posterior q(z | x) the Gaussian one of the paper's section 2.
    """
    z = apply(build_models(config).encoder, params, batch.images)
    return z + draws.noise if config.latent_noise else z


def reconstruction_objective(
    params: tuple[Tree, Tree],
    config: Config,
    batch: Batch,
    draws: Draws,
    step: jax.Array,
) -> jax.Array:
    """Reconstruction loss of (encoder, decoder), plus the style agreement if asked."""
    encoder_params, decoder_params = params
    z = draw_codes(config, encoder_params, batch, draws)
    view = decoder_view(config, z, batch.labels)
    logits = apply(build_models(config).decoder, decoder_params, view)
    loss = reconstruction_loss(batch.images, jax.nn.sigmoid(logits))
    if config.has_agreement:
        loss += agreement_term(config, decoder_params, z, step)
    return loss


def discriminator_objective(
    params: Tree, config: Config, encoder_params: Tree, batch: Batch, draws: Draws
) -> jax.Array:
    """Discriminator loss of its parameters: prior real, codes of the encoder fake."""
    z = draw_codes(config, encoder_params, batch, draws)
    real = judge(config, params, draws.prior, draws.prior_blur, batch.labels)
    fake = judge(config, params, z, draws.code_blur, batch.labels)
    return discriminator_loss(real, fake)


def generator_objective(
    params: Tree,
    config: Config,
    discriminator_params: Tree,
    batch: Batch,
    draws: Draws,
) -> jax.Array:
    """Generator loss of the encoder's parameters under a fixed discriminator."""
    z = draw_codes(config, params, batch, draws)
    fake = judge(config, discriminator_params, z, draws.code_blur, batch.labels)
    return generator_loss(fake)


def judge(
    config: Config, params: Tree, z: jax.Array, blur: jax.Array, labels: jax.Array
) -> jax.Array:
    """Return the discriminator's logits [B] of codes z [B, Z], blurred if asked.

    Noise on both sides lets their supports overlap, so that the discriminator cannot
    learn single codes by heart (Arjovsky and Bottou 2017, arXiv 1701.04862).
    """
    seen = z + blur if config.discriminator_noise else z
    view = discriminator_view(config, seen, labels)
    return apply(build_models(config).discriminator, params, view, labels)


def descend(
    tx: optax.GradientTransformation,
    objective: Callable[..., jax.Array],
    params: Tree,
    opt_state: optax.OptState,
    *held: Any,
) -> tuple[Tree, optax.OptState, jax.Array]:
    """Take one optimizer step on `params`; everything in `held` is constant."""
    loss, grads = jax.value_and_grad(objective)(params, *held)
    updates, opt_state = tx.update(grads, opt_state, params)
    return optax.apply_updates(params, updates), opt_state, loss


@jax.named_scope("reconstruction_phase")
def reconstruction_phase(
    config: Config, state: TrainState, batch: Batch, draws: Draws
) -> tuple[TrainState, jax.Array]:
    """Update encoder and decoder to reconstruct the batch; returns state and loss."""
    params, opt_states = state.params, state.opt_states
    (encoder, decoder), opt_state, loss = descend(
        build_optimizers(config).reconstruction,
        reconstruction_objective,
        (params.encoder, params.decoder),
        opt_states.reconstruction,
        config,
        batch,
        draws,
        state.step,
    )
    params = params.replace(encoder=encoder, decoder=decoder)
    opt_states = opt_states.replace(reconstruction=opt_state)
    return state.replace(params=params, opt_states=opt_states), loss


@jax.named_scope("discriminator_phase")
def discriminator_phase(
    config: Config, state: TrainState, batch: Batch, draws: Draws
) -> tuple[TrainState, jax.Array]:
    """Update the discriminator on prior and codes; returns state and loss."""
    params, opt_states = state.params, state.opt_states
    discriminator, opt_state, loss = descend(
        build_optimizers(config).discriminator,
        discriminator_objective,
        params.discriminator,
        opt_states.discriminator,
        config,
        params.encoder,
        batch,
        draws,
    )
    params = params.replace(discriminator=discriminator)
    opt_states = opt_states.replace(discriminator=opt_state)
    return state.replace(params=params, opt_states=opt_states), loss


@jax.named_scope("generator_phase")
def generator_phase(
    config: Config, state: TrainState, batch: Batch, draws: Draws
) -> tuple[TrainState, jax.Array]:
    """Update the encoder to pass its codes off as prior; returns state and loss."""
    params, opt_states = state.params, state.opt_states
    encoder, opt_state, loss = descend(
        build_optimizers(config).generator,
        generator_objective,
        params.encoder,
        opt_states.generator,
        config,
        params.discriminator,
        batch,
        draws,
    )
    params = params.replace(encoder=encoder)
    opt_states = opt_states.replace(generator=opt_state)
    return state.replace(params=params, opt_states=opt_states), loss


def train_step(
    config: Config, state: TrainState, batch: Batch, draws: Draws
) -> tuple[TrainState, dict[str, jax.Array]]:
    """Run the three updates of one batch in sequence (Makhzani et al. 2015, sec. 2).

    Reconstruction phase (encoder and decoder), then the regularization phase: the
    discriminator, then the encoder as generator against the NEW discriminator. Each
    phase starts from the newest parameters that the one before it left. Without an
    adversary the first phase is all.

    Returns the new state and the loss of each phase, before its own update: [].
    """
    losses = {}
    state, losses["reconstruction"] = reconstruction_phase(config, state, batch, draws)
    if config.adversary:
        state, losses["discriminator"] = discriminator_phase(
            config, state, batch, draws
        )
        state, losses["generator"] = generator_phase(config, state, batch, draws)
    return state.replace(step=state.step + 1), losses


def take_batch(config: Config, data: Dataset, indices: jax.Array) -> Batch:
    """Gather images `indices` [B] of the uint8 data, scaled and one-hot."""
    images = data.images[indices].astype(jnp.float32) / 255
    return Batch(images, jax.nn.one_hot(data.labels[indices], config.num_classes))


@partial(jax.jit, static_argnames="config", donate_argnames="state")
def train_epoch(
    config: Config, state: TrainState, data: Dataset, order: jax.Array, key: jax.Array
) -> tuple[TrainState, dict[str, jax.Array]]:
    """Scan `train_step` over one epoch; the one compiled function of training.

    Args:
      config: Static; one compilation a config.
      state: Donated: its buffers are reused, so it must not be read afterwards.
      data: images [N, H, W] uint8 and labels [N] int32, on the device; or of an epoch
        in chunks, the images of `order` alone.
      order: Indices into the data of the images of each batch: [steps, B].
      key: Of the noise; step s draws from `fold_in(key, s)`, so resuming is exact.

    Returns:
      The new state and the loss of each phase, each [steps].

    Raises:
      ValueError: The data is not what the config says.
    """
    num_images = order.size if len(data.images) == order.size else config.num_train
    expected = (num_images, *config.image_shape)
    if data.images.shape != expected or data.labels.shape != expected[:1]:
        raise ValueError(
            f"the config is for images {expected}, not {data.images.shape} with labels "
            f"{data.labels.shape}: make it with aae_jax.config_for(recipe, splits)"
        )

    def step(
        state: TrainState, indices: jax.Array
    ) -> tuple[TrainState, dict[str, jax.Array]]:
        draws = draw(config, jax.random.fold_in(key, state.step), len(indices))
        return train_step(config, state, take_batch(config, data, indices), draws)

    return jax.lax.scan(step, state, order)
