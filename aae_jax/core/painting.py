"""From codes to pictures, as far as an algorithm's decoder is told the label or not."""

from typing import Any

import jax
import jax.numpy as jnp

from aae_jax.core.abilities import DecodesLabels

MAX_CONTENTS = 100
"""Of a grid of contents, unless some are chosen: it must not grow with the data."""


def pixel_logits(
    config: Any, params: Any, z: jax.Array, labels: jax.Array
) -> jax.Array:
    """Decode codes z [B, Z], as contents `labels` [B] int where the decoder is told.

    Returns pixel logits [B, H, W, C].
    """
    if isinstance(config, DecodesLabels):
        one_hot = jax.nn.one_hot(labels, config.num_classes)
        return config.decode_labels(params, z, one_hot)
    return config.decode(params, z)


def paint(config: Any, params: Any, z: jax.Array, labels: jax.Array) -> jax.Array:
    """Paint codes z [B, Z] and labels [B] at the temperature: [B, H, W, C] in [0, 1].

    Squared error teaches a decoder the mean of all images that share a code, whose gray
    is doubt about ink. A `config.temperature` below 1 decides: it divides the logits,
    which moves every pixel away from 1/2.
    """
    return jax.nn.sigmoid(pixel_logits(config, params, z, labels) / config.temperature)


def paint_grid(config: Any, params: Any, z: jax.Array, labels: jax.Array) -> jax.Array:
    """Paint every content `labels` [L] in every style z [S, Z]: [S, L, H, W, C]."""
    num_styles, num_labels = z.shape[0], labels.shape[0]
    images = paint(
        config, params, jnp.repeat(z, num_labels, axis=0), jnp.tile(labels, num_styles)
    )
    return images.reshape(num_styles, num_labels, *config.image_shape)
