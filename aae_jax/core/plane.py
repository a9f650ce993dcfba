"""A plane of codes, and what it decodes to."""

from typing import Any

import jax
import jax.numpy as jnp

from aae_jax.core.abilities import DecodesLabels
from aae_jax.core.painting import paint

NUM_PLACES = 20
"""Images of a map in either direction, and along a component of the prior."""

WITHIN = 99.0
"""Percent of the coordinates that lie within a map."""


def has_map(config: Any) -> bool:
    """Return whether a map says it all: codes in a plane, told nothing beside."""
    return config.code_dim == 2 and not isinstance(config, DecodesLabels)


def reach_of(z: jax.Array) -> jax.Array:
    """Return how far from the origin a map of codes like these [N, 2] reaches: []."""
    return jnp.percentile(jnp.abs(z), WITHIN)


def map_codes(reach: jax.Array) -> jax.Array:
    """Return the codes of an even grid, as they lie in the plane: [rows, columns, 2].

    From -reach on the left to reach on the right, and as far up and down.
    """
    places = jnp.linspace(-reach, reach, NUM_PLACES)
    x, y = jnp.meshgrid(places, places[::-1])
    return jnp.stack([x, y], axis=-1)


def paint_places(config: Any, params: Any, z: jax.Array) -> jax.Array:
    """Paint codes [rows, columns, 2] with a decoder that is told no label.

    Returns images [rows, columns, H, W, C] in [0, 1].
    """
    flat = z.reshape(-1, 2)
    images = paint(config, params, flat, jnp.zeros(flat.shape[0], jnp.int32))
    return images.reshape(*z.shape[:2], *config.image_shape)
