"""Consistency: near images are read as the same class, and as one class alone.

A classifier that knows few labels learns those images by heart, and its boundaries run
through the midst of all others. Three terms keep it from that. A labeled image keeps
its label under the noise that would hurt it most (Goodfellow et al. 2015, arXiv
1412.6572); so does an unlabeled one keep what is read of it (virtual adversarial
training, Miyato et al. 2018, arXiv 1704.03976), and that is one class (entropy
minimization, ibid.). The adversarial autoencoder of the paper has none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from aae_jax.core.losses import classification_loss
from aae_jax.core.parts import Fraction, NonNegative, Part

PROBE = 0.1
"""Length of the change at which the direction of the worst noise is read."""

Reader = Callable[[jax.Array], jax.Array]
"""Maps images [B, H, W, C] to class logits [B, K]; what it holds is trained."""


@dataclass(frozen=True)
class Consistency(Part):
    """How strongly images are to be read alike and decidedly."""

    kind: ClassVar[str] = "consistency"

    weight: NonNegative = 0.0
    """Of what is lost at an image's worst neighbor, labeled or not; 0 is none."""

    radius: NonNegative = 1.5
    """How far away that neighbor is: Euclidean, pixels in [0, 1]."""

    entropy_weight: NonNegative = 0.0
    """Of the entropy of what is read of unlabeled images; 0 is none."""

    rise: Fraction = 0.0
    """Fraction of the run in which the weights of unlabeled images rise from 0."""

    @property
    def acts(self) -> bool:
        """True if any of the terms is on."""
        return self.weight > 0 or self.entropy_weight > 0

    def of_labeled(
        self, read: Reader, images: jax.Array, labels: jax.Array
    ) -> jax.Array:
        """Return the weighted cross-entropy at the worst neighbors of images: []."""

        def loss(change: jax.Array) -> jax.Array:
            return classification_loss(read(images + change), labels)

        worst = self.radius * _normalized(jax.grad(loss)(jnp.zeros_like(images)))
        return self.weight * loss(jax.lax.stop_gradient(worst))

    def of_unlabeled(
        self,
        read: Reader,
        images: jax.Array,
        directions: jax.Array,
        progress: jax.Array,
    ) -> jax.Array:
        """Return the weighted divergence from worst neighbors, and the entropy: [].

        Args:
          read: What is trained.
          images: [B, H, W, C].
          directions: Gaussian noise of their shape, where the worst is sought.
          progress: Fraction of the run that is done: [].
        """
        rising = jnp.minimum(1.0, progress / self.rise) if self.rise else 1.0
        logits = read(images)
        seen = jax.lax.stop_gradient(logits)

        def moved(change: jax.Array) -> jax.Array:
            return divergence(seen, read(images + change))

        # One step of the power method: near an image the divergence is a quadratic
        # form, whose gradient turns towards the direction that changes it most.
        probe = PROBE * _normalized(directions)
        worst = self.radius * _normalized(jax.grad(moved)(probe))
        loss = self.weight * moved(jax.lax.stop_gradient(worst))
        return rising * (loss + self.entropy_weight * entropy(logits))


def divergence(logits: jax.Array, others: jax.Array) -> jax.Array:
    """Return KL(p || q) in nats of class logits [B, K] each, mean over B: []."""
    p, q = jax.nn.log_softmax(logits), jax.nn.log_softmax(others)
    return jnp.mean(jnp.sum(jnp.exp(p) * (p - q), axis=-1))


def entropy(logits: jax.Array) -> jax.Array:
    """Return the entropy in nats of class logits [B, K], mean over B: []."""
    p = jax.nn.log_softmax(logits)
    return -jnp.mean(jnp.sum(jnp.exp(p) * p, axis=-1))


def _normalized(noise: jax.Array) -> jax.Array:
    """Return noise [B, H, W, C] with Euclidean length 1 per image; 0 stays 0."""
    squares = jnp.sum(jnp.square(noise), axis=(1, 2, 3), keepdims=True)
    return noise * jax.lax.rsqrt(jnp.maximum(squares, jnp.finfo(noise.dtype).tiny))
