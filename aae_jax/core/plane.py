"""Where to paint a plane of codes: all over it, and along what the prior is made of."""

from typing import Any

import jax
import jax.numpy as jnp

from aae_jax.core.components import Components
from aae_jax.core.painting import paint

NUM_PLACES = 20
"""Images of a map in either direction, and along a component."""

WITHIN = 99.0
"""Percent of the coordinates that lie within a map."""


def reach_of(z: jax.Array) -> jax.Array:
    """Return how far from the origin a map of codes like these [N, 2] reaches: []."""
    return jnp.percentile(jnp.abs(z), WITHIN)


def paint_map(config: Any, params: Any, reach: jax.Array) -> jax.Array:
    """Paint the codes of an even grid: [rows, columns, H, W, C] in [0, 1].

    From -reach on the left to reach on the right, and as far up and down.
    """
    places = jnp.linspace(-reach, reach, NUM_PLACES)
    x, y = jnp.meshgrid(places, places[::-1])
    return _paint_all(config, params, jnp.stack([x, y], axis=-1))


def paint_paths(config: Any, params: Any, prior: Components) -> jax.Array:
    """Paint codes along each component of a prior: [components, columns, H, W, C]."""
    return _paint_all(config, params, prior.paths(NUM_PLACES))


def _paint_all(config: Any, params: Any, z: jax.Array) -> jax.Array:
    """Paint codes [rows, columns, 2] with a decoder that is told no label."""
    flat = z.reshape(-1, 2)
    images = paint(config, params, flat, jnp.zeros(flat.shape[0], jnp.int32))
    return images.reshape(*z.shape[:2], *config.image_shape)
