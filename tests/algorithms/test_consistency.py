"""The consistency: how far the worst neighbor is, and how bad."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.algorithms.consistency import Consistency, divergence, entropy
from aae_jax.core.losses import classification_loss

IMAGES = jax.random.uniform(jax.random.key(0), (8, 6, 5, 1))
WEIGHTS = jax.random.normal(jax.random.key(1), (30, 4))
LABELS = jnp.arange(8) % 4
HALF = jnp.float32(0.5)


def read(images: jax.Array) -> jax.Array:
    return jnp.tanh(images.reshape(images.shape[0], -1) @ WEIGHTS / 3)


def random_noise(radius: float, seed: int) -> jax.Array:
    noise = jax.random.normal(jax.random.key(seed), IMAGES.shape)
    length = jnp.sqrt(jnp.sum(jnp.square(noise), axis=(1, 2, 3), keepdims=True))
    return radius * noise / length


def test_the_worst_neighbor_of_a_labeled_image_is_worse_than_any_random_one() -> None:
    asked = Consistency(weight=1.0, radius=0.5)
    worst = asked.of_labeled(read, IMAGES, LABELS)
    for seed in range(20):
        near = IMAGES + random_noise(0.5, seed)
        assert worst > classification_loss(read(near), LABELS)


def test_so_is_that_of_an_unlabeled_one() -> None:
    asked = Consistency(weight=1.0, radius=0.5)
    directions = random_noise(1.0, 99)
    worst = asked.of_unlabeled(read, IMAGES, directions, HALF)
    for seed in range(20):
        moved = read(IMAGES + random_noise(0.5, seed))
        assert worst > divergence(read(IMAGES), moved)
    away = asked.of_unlabeled(read, IMAGES, 5 * directions, HALF)
    assert away == pytest.approx(float(worst), rel=1e-4)


def test_weights_scale_the_terms_and_rise_with_the_run() -> None:
    def term(progress: float, **asked: float) -> float:
        consistency = Consistency(**asked)
        directions = random_noise(1.0, 99)
        return float(
            consistency.of_unlabeled(read, IMAGES, directions, jnp.float32(progress))
        )

    assert term(0.0, weight=1.0) == pytest.approx(term(1.0, weight=2.0) / 2)
    own = term(0.0, entropy_weight=3.0)
    assert own == pytest.approx(3 * float(entropy(read(IMAGES))))
    both = {"weight": 1.0, "entropy_weight": 3.0}
    assert term(0.0, **both) == pytest.approx(own + term(0.0, weight=1.0))
    assert term(0.0, rise=0.5, **both) == 0
    assert term(0.25, rise=0.5, **both) == pytest.approx(term(0.0, **both) / 2)
    assert term(0.9, rise=0.5, **both) == pytest.approx(term(0.0, **both))


def test_the_entropy_is_that_of_what_is_read() -> None:
    assert entropy(jnp.zeros((3, 4))) == pytest.approx(np.log(4))
    assert entropy(1e3 * jnp.eye(4)) == pytest.approx(0, abs=1e-6)
