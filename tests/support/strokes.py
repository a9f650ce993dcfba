"""A world in which all is known: leaning strokes in one of four places.

The content is the place of the stroke, the style how it leans and how bright it is, so
a perfect model can be written down, and so can the ways to fail.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from aae_jax.data import Dataset, DatasetSplits
from aae_jax.evaluation.metrics.handwriting import slant
from aae_jax.evaluation.model import Model, gaussian

K, SIDE, SIGMA = 4, 20, 2.0
PLACES = np.array([[5, 5], [5, 14], [14, 5], [14, 14]])
LEAN, BRIGHT, SPREAD = 0.15, 0.7, 0.07


def draw(z: Any, labels: Any) -> np.ndarray:
    """Draw strokes [N, H, W, 1] in the places `labels` [N] with styles z [N, 2]."""
    y, x = (axis[None] - 0.5 for axis in np.mgrid[:SIDE, :SIDE])
    centers = PLACES[np.asarray(labels)][:, :, None, None]
    lean, bright = (np.asarray(z) * [LEAN, SPREAD] + [0, BRIGHT]).T[..., None, None]
    y, x = y - centers[:, 0], x - centers[:, 1]
    distance = np.hypot(x + lean * y, np.maximum(np.abs(y) - 3, 0))
    drawn = (bright * np.clip(1.5 - distance, 0, 1)).clip(0, 1)
    return drawn[..., None].astype(np.float32)


def styles(images: Any) -> np.ndarray:
    """Read the styles [N, 2] off images that `draw` drew."""
    images = np.asarray(images)
    bright = (images.max(axis=(1, 2, 3)) - BRIGHT) / SPREAD
    return np.stack([np.tan(slant(images)) / LEAN, bright], axis=1).astype(np.float32)


def contents(images: Any) -> np.ndarray:
    """Read the places [N] off images that `draw` drew."""
    images = np.asarray(images).squeeze(-1)
    half = SIDE // 2
    lower = images[:, half:].sum(axis=(1, 2)) > images[:, :half].sum(axis=(1, 2))
    right = images[:, :, half:].sum(axis=(1, 2)) > images[:, :, :half].sum(axis=(1, 2))
    return 2 * lower + right


def drawn_splits(**changes: Any) -> DatasetSplits:
    """Return strokes in random styles: 400 to train, 400 to validate, 600 to test."""
    rng = np.random.default_rng(0)

    def part(n: int) -> Dataset:
        labels = np.arange(n, dtype=np.int32) % K
        images = draw(rng.normal(size=(n, 2)), labels)
        return Dataset(np.rint(255 * images).astype(np.uint8), labels)

    values: dict[str, Any] = {
        "name": "digits",
        "spec": "digits",
        "source": "drawn strokes",
        "train": part(400),
        "validation": part(400),
        "test": part(600),
        "num_classes": K,
        "class_names": tuple("abcd"),
    }
    return DatasetSplits(**{**values, **changes})


def model(encode: Any = None, decode: Any = None, **changes: Any) -> Model:
    """Return the perfect model, or one that fails as it is told to."""
    values: dict[str, Any] = {
        "encode": encode or (lambda images: SIGMA * styles(images)),
        "decode": decode or (lambda z, labels: draw(z / SIGMA, labels)),
        "code_dim": 2,
        "scale": SIGMA,
        "sample": gaussian(latent_dim=2),
    }
    return Model(**{**values, **changes})


def colored(splits: DatasetSplits) -> DatasetSplits:
    """Return the same pictures in three channels: red, half as green, no blue."""

    def painted(part: Dataset) -> Dataset:
        shares = np.array([1, 0.5, 0])
        return Dataset(np.rint(part.images * shares).astype(np.uint8), part.labels)

    return replace(
        splits,
        train=painted(splits.train),
        validation=painted(splits.validation),
        test=painted(splits.test),
    )
