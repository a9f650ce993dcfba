"""The independent judge: a small convolutional network, fitted on real images alone.

It reads which content an image shows, and its features are where Frechet distances are
taken. It never sees a model: one judge a dataset, from a fixed seed.
"""

from functools import partial
from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import linen as nn

from aae_jax.data import Dataset, pixels
from aae_jax.evaluation.batches import in_batches

CHANNELS, NUM_FEATURES = (32, 64), 128
BATCH_SIZE, NUM_EPOCHS, MIN_STEPS = 128, 4, 1000
LEARNING_RATE, SEED = 2e-3, 0


class Reading(NamedTuple):
    """What the judge reads in N images: features [N, 128] and predictions [N] int.

    An image with pixels that are not finite reads as nothing: NaN and -1.
    """

    features: np.ndarray
    predictions: np.ndarray


class CNN(nn.Module):
    """Two convolutions with pooling, one dense layer of features, K logits."""

    num_classes: int

    @nn.compact
    def __call__(self, images: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Map images [B, H, W, C] in [0, 1] to features [B, 128], logits [B, K]."""
        x = images
        for channels in CHANNELS:
            x = nn.relu(_max_pool(nn.Conv(channels, (3, 3))(x)))
        features = nn.relu(nn.Dense(NUM_FEATURES)(x.reshape(x.shape[0], -1)))
        return features, nn.Dense(self.num_classes)(features)


class Classifier(NamedTuple):
    """A fitted CNN: its number of classes K and its parameters."""

    num_classes: int
    params: Any


def read_images(classifier: Classifier, images: np.ndarray) -> Reading:
    """Return what the judge reads in images [N, H, W, C]: in [0, 1], or uint8."""
    features, predictions = in_batches(
        partial(_read, classifier.num_classes, classifier.params), images
    )
    return Reading(features, predictions)


def fit_classifier(train: Dataset, num_classes: int) -> Classifier:
    """Fit the CNN on the train split: Adam with a cosine decay, the same every time.

    Small sets get as many epochs as make 1,000 steps. A loop over a compiled step: on
    a CPU, convolutions inside a scan are very slow.
    """
    batch_size = min(BATCH_SIZE, len(train.labels))
    steps_per_epoch = len(train.labels) // batch_size
    num_epochs = max(NUM_EPOCHS, -(-MIN_STEPS // steps_per_epoch))
    num_steps = num_epochs * steps_per_epoch
    params = init_params(num_classes, train.images.shape[1:])
    opt_state = _optimizer(num_steps).init(params)
    rng = np.random.default_rng(SEED)
    for _ in range(num_epochs):
        order = rng.permutation(len(train.labels))
        for batch in np.split(order[: steps_per_epoch * batch_size], steps_per_epoch):
            params, opt_state = _step(
                num_classes,
                num_steps,
                params,
                opt_state,
                train.images[batch],
                train.labels[batch],
            )
    return Classifier(num_classes, params)


def init_params(num_classes: int, image_shape: tuple[int, ...]) -> Any:
    """Return the weights for images (H, W, C) before the first step."""
    return CNN(num_classes).init(jax.random.key(SEED), jnp.zeros((1, *image_shape)))


def scaled(images: jax.Array | np.ndarray) -> jax.Array:
    """Return images as float32 in [0, 1], whether they were or are uint8."""
    images = jnp.asarray(images)
    is_bytes = images.dtype == jnp.uint8
    return pixels(images) if is_bytes else images.astype(jnp.float32)


def _max_pool(x: jax.Array) -> jax.Array:
    """Halve images [B, H, W, C], rounding up; on a CPU faster than `nn.max_pool`."""
    b, height, width, channels = x.shape
    odd = ((0, 0), (0, height % 2), (0, width % 2), (0, 0))
    x = jnp.pad(x, odd, constant_values=-jnp.inf)
    tiles = (b, x.shape[1] // 2, 2, x.shape[2] // 2, 2, channels)
    return x.reshape(tiles).max(axis=(2, 4))


def _optimizer(num_steps: int) -> optax.GradientTransformation:
    return optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, num_steps))


@partial(jax.jit, static_argnums=(0, 1), donate_argnums=(2, 3))
def _step(
    num_classes: int,
    num_steps: int,
    params: Any,
    opt_state: optax.OptState,
    images: jax.Array,
    labels: jax.Array,
) -> tuple[Any, optax.OptState]:
    def objective(params: Any) -> jax.Array:
        _, logits = _apply(num_classes, params, images)
        losses = optax.losses.softmax_cross_entropy_with_integer_labels(logits, labels)
        return losses.mean()

    updates, opt_state = _optimizer(num_steps).update(
        jax.grad(objective)(params), opt_state, params
    )
    return optax.apply_updates(params, updates), opt_state


@partial(jax.jit, static_argnums=0)
def _read(
    num_classes: int, params: Any, images: jax.Array
) -> tuple[jax.Array, jax.Array]:
    features, logits = _apply(num_classes, params, images)
    is_image = jnp.isfinite(scaled(images)).all(axis=(1, 2, 3))
    features = jnp.where(is_image[:, None], features, jnp.nan)
    return features, jnp.where(is_image, logits.argmax(axis=-1), -1)


def _apply(
    num_classes: int, params: Any, images: jax.Array
) -> tuple[jax.Array, jax.Array]:
    found = CNN(num_classes).apply(params, scaled(images))
    return cast(tuple[jax.Array, jax.Array], found)
