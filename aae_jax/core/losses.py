"""The losses: arrays in, scalar out.

The prior is the *real* side of the game, its target is 1; the encoder's codes are the
fake side (Makhzani et al. 2015, section 2).
"""

import jax
import jax.numpy as jnp
from optax.losses import (
    sigmoid_binary_cross_entropy,
    softmax_cross_entropy_with_integer_labels,
)


def reconstruction_loss(images: jax.Array, reconstructions: jax.Array) -> jax.Array:
    """Squared error of [B, H, W, C] images in [0, 1], mean over pixels and batch."""
    return jnp.mean(jnp.square(images - reconstructions))


def discriminator_loss(real_logits: jax.Array, fake_logits: jax.Array) -> jax.Array:
    """BCE(D(prior), 1) + BCE(D(code), 0) of logits [B]: a sum, not halved.

    2 log 2 where the discriminator cannot tell them apart.
    """
    real = sigmoid_binary_cross_entropy(real_logits, jnp.ones_like(real_logits))
    fake = sigmoid_binary_cross_entropy(fake_logits, jnp.zeros_like(fake_logits))
    return jnp.mean(real) + jnp.mean(fake)


def generator_loss(fake_logits: jax.Array) -> jax.Array:
    """BCE(D(code), 1) of logits [B]: the non-saturating loss of the encoder.

    log 2 where the discriminator cannot tell codes from the prior.
    """
    return jnp.mean(
        sigmoid_binary_cross_entropy(fake_logits, jnp.ones_like(fake_logits))
    )


def classification_loss(logits: jax.Array, labels: jax.Array) -> jax.Array:
    """Cross-entropy in nats of class logits [B, K] and labels [B] int, mean over B."""
    return jnp.mean(softmax_cross_entropy_with_integer_labels(logits, labels))


def misread(read: jax.Array, labels: jax.Array) -> jax.Array:
    """Return the share of known labels [N] that are read [N] as another class: [].

    A label of -1 is not known; 0 where none is known.
    """
    known = labels >= 0
    wrong = jnp.sum(known & (read != labels))
    return wrong / jnp.maximum(jnp.sum(known), 1)


def disagreement_loss(paintings: jax.Array) -> jax.Array:
    """Return how far classes disagree on what a code does: of paintings [K, M, P].

    M codes, each painted as all K classes in P numbers. One minus the mean cosine, over
    pairs of classes, of how the paintings of a class deviate from their mean: 0 where
    codes change all classes by the same, 1 where by nothing alike, more where they
    oppose each other; 1 + 1 / (K - 1) where they change nothing.
    """
    K = paintings.shape[0]
    changes = paintings - paintings.mean(axis=1, keepdims=True)
    squares = jnp.sum(jnp.square(changes), axis=(1, 2), keepdims=True)
    directions = changes * jax.lax.rsqrt(squares + 1e-8)
    cosines = (jnp.sum(jnp.square(directions.sum(axis=0))) - K) / (K * (K - 1))
    return 1 - cosines
