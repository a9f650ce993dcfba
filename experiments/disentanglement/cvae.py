"""A conditional variational autoencoder of the same networks, as a reference.

The encoder gives mean and log-variance of q(z | x), the decoder is given z and the
label, and the loss is the negative evidence lower bound with a Bernoulli likelihood
(Kingma and Welling 2014, arXiv 1312.6114; conditional: Kingma et al. 2014, arXiv
1406.5298). Nothing but the Kullback-Leibler term draws the codes to the prior N(0, I).
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import linen as nn
from optax.losses import sigmoid_binary_cross_entropy

from aae_jax.config import Config
from aae_jax.data import Dataset
from aae_jax.evaluation.autoencoder import Autoencoder
from aae_jax.models import ACTIVATIONS, INITIALIZERS, MLP, apply
from aae_jax.randomness import epoch_order, split_keys
from aae_jax.state import learning_rates
from aae_jax.training import Batch, take_batch


class Networks(NamedTuple):
    """Encoder to mean and log-variance [B, 2 Z], decoder to pixel logits [B, H * W]."""

    encoder: MLP
    decoder: MLP


class State(NamedTuple):
    """All that changes in training: parameters, optimizer state, number of steps."""

    params: Any
    opt_state: optax.OptState
    step: jax.Array


def build(config: Config) -> Networks:
    """Build both networks, as wide as those of `config`."""
    height, width = config.image_shape
    mlp = partial(
        MLP,
        config.hidden_dim,
        kernel_init=INITIALIZERS[config.weight_init],
        activation=ACTIVATIONS[config.activation],
    )
    return Networks(mlp(2 * config.latent_dim), mlp(height * width))


def negative_elbo(
    params: Any, config: Config, batch: Batch, key: jax.Array
) -> jax.Array:
    """Return the mean over the batch of -log p(x | z, y) + KL(q(z | x) || N(0, I))."""
    networks = build(config)
    pixels = batch.images.reshape(len(batch.images), -1)
    mean, log_variance = _posterior(networks, params, pixels)
    noise = jax.random.normal(key, mean.shape)
    z = mean + jnp.exp(log_variance / 2) * noise
    logits = apply(networks.decoder, params[1], jnp.hstack([batch.labels, z]))
    likelihood = sigmoid_binary_cross_entropy(logits, pixels).sum(axis=-1)
    divergence = jnp.square(mean) + jnp.exp(log_variance) - 1 - log_variance
    return jnp.mean(likelihood + divergence.sum(axis=-1) / 2)


def train_cvae(config: Config, train: Dataset) -> Autoencoder:
    """Train on the images [N, H, W] and return the model, with prior N(0, I).

    Width, length of z, batch size, epochs, seed, learning rate and schedule are those
    of `config`.
    """
    keys = split_keys(config.seed)
    data = jax.device_put(train)
    state = jax.jit(_init, static_argnums=0)(config, keys.init)
    for epoch in range(config.epochs):
        order = epoch_order(config, keys.shuffle, epoch)
        state = _train_epoch(config, state, data, order, keys.noise)
    return Autoencoder(
        encode=jax.jit(partial(_encode, config, state.params)),
        decode=jax.jit(partial(_decode, config, state.params)),
        latent_dim=config.latent_dim,
        prior_std=1.0,
    )


def _posterior(
    networks: Networks, params: Any, pixels: jax.Array
) -> tuple[jax.Array, jax.Array]:
    mean, log_variance = jnp.split(apply(networks.encoder, params[0], pixels), 2, -1)
    return mean, log_variance


def _encode(config: Config, params: Any, images: jax.Array) -> jax.Array:
    mean, _ = _posterior(build(config), params, images.reshape(len(images), -1))
    return mean


def _decode(config: Config, params: Any, z: jax.Array, labels: jax.Array) -> jax.Array:
    view = jnp.hstack([jax.nn.one_hot(labels, config.num_classes), z])
    logits = apply(build(config).decoder, params[1], view)
    return nn.sigmoid(logits / config.temperature).reshape(-1, *config.image_shape)


def _optimizer(config: Config) -> optax.GradientTransformation:
    return optax.adam(learning_rates(config, config.reconstruction_lr))


def _init(config: Config, key: jax.Array) -> State:
    encoder_key, decoder_key = jax.random.split(key)
    networks, (height, width) = build(config), config.image_shape
    view = jnp.zeros((1, config.num_classes + config.latent_dim))
    params = (
        networks.encoder.init(encoder_key, jnp.zeros((1, height * width))),
        networks.decoder.init(decoder_key, view),
    )
    return State(params, _optimizer(config).init(params), jnp.int32(0))


@partial(jax.jit, static_argnums=0, donate_argnums=1)
def _train_epoch(
    config: Config, state: State, data: Dataset, order: jax.Array, key: jax.Array
) -> State:
    def step(state: State, indices: jax.Array) -> tuple[State, None]:
        batch = take_batch(config, data, indices)
        noise_key = jax.random.fold_in(key, state.step)
        gradients = jax.grad(negative_elbo)(state.params, config, batch, noise_key)
        updates, opt_state = _optimizer(config).update(gradients, state.opt_state)
        params = optax.apply_updates(state.params, updates)
        return State(params, opt_state, state.step + 1), None

    return jax.lax.scan(step, state, order)[0]
