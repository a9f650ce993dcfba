"""Label leakage: how much of the content a fresh probe reads from the style z."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

LINEAR, MLP = (), (256, 256)
BATCH_SIZE, NUM_EPOCHS, MIN_STEPS = 512, 50, 2000
LEARNING_RATE = 3e-3
INPUT_NOISE = 0.25
"""Std of noise on the MLP's standardized train codes, without which it overfits."""

SEED = 0


def leakage(
    train_z: np.ndarray,
    train_labels: np.ndarray,
    z: np.ndarray,
    labels: np.ndarray,
    num_classes: int,
    hidden: tuple[int, ...] = MLP,
) -> float:
    """Return the accuracy on (z, labels) of a probe fitted on the train codes.

    Codes [N, Z] are standardized by the mean and deviation of the train codes.

    Args:
      train_z: Codes of the train split.
      train_labels: Their labels, 0 to K - 1.
      z: Codes that the accuracy is taken on.
      labels: Their labels.
      num_classes: K.
      hidden: Widths of the ReLU layers; `()` is logistic regression.

    Returns:
      The accuracy, NaN for codes that are not finite.
    """
    if not (np.isfinite(train_z).all() and np.isfinite(z).all()):
        return float("nan")
    mean, std = train_z.mean(axis=0), train_z.std(axis=0)
    std = np.where(std > 0, std, 1)
    params = fit_probe((train_z - mean) / std, train_labels, num_classes, hidden)
    logits = probe_logits(params, jnp.asarray((z - mean) / std, jnp.float32))
    return float(np.mean(np.asarray(logits).argmax(axis=1) == labels))


def majority(labels: np.ndarray) -> float:
    """Return the share of the largest class: what a probe reads from nothing."""
    return float(np.bincount(labels).max() / len(labels))


def fit_probe(
    z: np.ndarray,
    labels: np.ndarray,
    num_classes: int,
    hidden: tuple[int, ...],
    num_epochs: int = NUM_EPOCHS,
) -> list[Any]:
    """Fit a probe on codes z [N, Z]: Adam, a cosine decay, a fixed seed.

    At least 2,000 steps, however few codes there are.
    """
    batch_size = min(BATCH_SIZE, len(z))
    steps_per_epoch = len(z) // batch_size
    num_epochs = max(num_epochs, -(-MIN_STEPS // steps_per_epoch))
    rng = np.random.default_rng(SEED)
    kept = steps_per_epoch * batch_size
    order = np.stack([rng.permutation(len(z))[:kept] for _ in range(num_epochs)])
    params = init_probe(jax.random.key(SEED), (z.shape[1], *hidden, num_classes))
    return _fit(
        params,
        jnp.asarray(z, jnp.float32),
        jnp.asarray(labels),
        jnp.asarray(order.reshape(-1, batch_size)),
    )


def init_probe(key: jax.Array, widths: Sequence[int]) -> list[Any]:
    """Draw He-normal weights and zero biases for layers of these widths."""
    draw = jax.nn.initializers.he_normal()
    shapes = list(pairwise(widths))
    keys = jax.random.split(key, len(shapes))
    return [
        (draw(key, shape), jnp.zeros(shape[1]))
        for key, shape in zip(keys, shapes, strict=True)
    ]


def probe_logits(params: list[Any], z: jax.Array) -> jax.Array:
    """Map standardized codes [B, Z] to logits [B, K]."""
    *hidden, last = params
    x = z
    for layer in hidden:
        x = jax.nn.relu(_dense(layer, x))
    return _dense(last, x)


def _dense(layer: tuple[jax.Array, jax.Array], x: jax.Array) -> jax.Array:
    kernel, bias = layer
    return x @ kernel + bias[None]


@jax.jit
def _fit(
    params: list[Any], z: jax.Array, labels: jax.Array, order: jax.Array
) -> list[Any]:
    optimizer = optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, len(order)))

    def objective(params: list[Any], batch: jax.Array, key: jax.Array) -> jax.Array:
        blur = INPUT_NOISE if len(params) > 1 else 0.0
        noise = blur * jax.random.normal(key, (len(batch), z.shape[1]))
        logits = probe_logits(params, z[batch] + noise)
        return optax.losses.softmax_cross_entropy_with_integer_labels(
            logits, labels[batch]
        ).mean()

    def step(
        state: tuple[Any, Any], drawn: tuple[jax.Array, jax.Array]
    ) -> tuple[tuple[Any, Any], None]:
        params, opt_state = state
        gradients = jax.grad(objective)(params, *drawn)
        updates, opt_state = optimizer.update(gradients, opt_state, params)
        return (optax.apply_updates(params, updates), opt_state), None

    drawn = order, jax.random.split(jax.random.key(SEED), len(order))
    (params, _), _ = jax.lax.scan(step, (params, optimizer.init(params)), drawn)
    return params
