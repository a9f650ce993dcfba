"""Style agreement: what z does to one class it should do to all.

q(z | y) = p(z) makes style independent of content and says nothing of what z means for
each y: the prior is round, so the codes of one class may turn against those of another
at no cost to any phase. This term of the reconstruction phase paints a few codes as
every class and asks that from code to code the ink of each class moves alike.
"""

from typing import Any

import jax
import jax.numpy as jnp
from flax import linen as nn

from aae_jax.core.losses import disagreement_loss
from aae_jax.core.phases import Tree

NUM_CODES = 5
"""Codes of a batch that are painted as every class."""

FADED_AT = 0.25
"""Fraction of the run by which the term has gone.

The classes are aligned by then and stay so, and what they do not share can be painted.
"""


def agreement_term(
    config: Any, params: Tree, z: jax.Array, step: jax.Array
) -> jax.Array:
    """Return the weighted disagreement of the first codes of a batch z [B, Z]: [].

    The codes are constants here; the decoder learns, and the encoder follows it by way
    of the reconstruction. Once the weight is 0 nothing is painted, unless seeds are
    mapped over, where a condition computes both of its sides.
    """
    weight = faded_weight(config, step)
    codes = jax.lax.stop_gradient(z[:NUM_CODES])
    return jax.lax.cond(
        weight > 0,
        lambda: weight * disagreement(config, params, codes),
        lambda: jnp.zeros_like(weight),
    )


def disagreement(config: Any, params: Tree, z: jax.Array) -> jax.Array:
    """Return how far classes disagree on what codes z [M, Z] do to their ink: []."""
    K, num_codes = config.num_classes, z.shape[0]
    every_class = jnp.repeat(jnp.eye(K, dtype=z.dtype), num_codes, axis=0)
    logits = config.decode_labels(params, jnp.tile(z, (K, 1)), every_class)
    ink = quadrants(jax.nn.sigmoid(logits)).reshape(K, num_codes, -1)
    return disagreement_loss(ink)


def quadrants(images: jax.Array) -> jax.Array:
    """Return the mean ink of each quarter of images [n, H, W, C]: [n, 2, 2, C].

    Strokes of two classes that lean, thicken or widen alike move their ink to the same
    quarters but seldom to the same pixels.
    """
    _, height, width, _ = images.shape
    window = (-(-height // 2), -(-width // 2))
    return nn.avg_pool(images, window, window, "SAME")


def faded_weight(config: Any, step: jax.Array) -> jax.Array:
    """Return the weight at a step: it falls linearly to 0 at a quarter of the run."""
    progress = step / (FADED_AT * config.num_steps)
    return config.agreement_weight * jnp.maximum(0.0, 1.0 - progress)
