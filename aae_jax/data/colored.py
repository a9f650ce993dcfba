"""Gray digits in random hues of ink and ground: styles whose true values are known.

A hue h is an angle. Channel c of a color is mean + CHROMA cos(h - 2 pi c / 3), so that
the mean over the channels is the same for every hue and tells ink from ground alone.
A pixel with the share m of ink is m times the ink's color plus 1 - m times the
ground's. Ink and hues can therefore be read off any such picture by linear algebra.
"""

from dataclasses import replace

import numpy as np

from aae_jax.data.splits import Dataset, DatasetSplits, pixels

COLORED = {"colored_digits": "digits", "colored_mnist": "mnist"}
"""The gray set that each colored one is made from."""

INK_MEAN, GROUND_MEAN, CHROMA = 0.7, 0.3, 0.3
SEED = 0

_ANGLES = 2 * np.pi * np.arange(3) / 3
_PHASES = np.exp(1j * _ANGLES)
_EMPTY = 1e-6
"""Below this determinant a picture is all ink or all ground."""


def colored(name: str, gray: DatasetSplits) -> DatasetSplits:
    """Return a gray set in colors: the same images, labels and splits."""
    parts = (gray.train, gray.validation, gray.test)
    train, validation, test = (
        Dataset(in_hues(part.images, true_hues(split, len(part.labels))), part.labels)
        for split, part in enumerate(parts)
    )
    return replace(
        gray,
        name=name,
        spec=name,
        source=f"{gray.source}, in random hues",
        train=train,
        validation=validation,
        test=test,
    )


def true_hues(split: int, n: int) -> np.ndarray:
    """Return the hues of ink and ground of the n images of a split: [n, 2] radians.

    Splits are train 0, validation 1 and test 2; the hues are the same everywhere.
    """
    return np.random.default_rng((SEED, split)).uniform(-np.pi, np.pi, (n, 2))


def in_hues(images: np.ndarray, hues: np.ndarray) -> np.ndarray:
    """Paint gray images [N, H, W, 1] uint8 of bright ink in hues [N, 2].

    Returns [N, H, W, 3] uint8.
    """
    chroma = (CHROMA * np.cos(hues[..., None] - _ANGLES)).astype(np.float32)
    ink, ground = np.moveaxis(chroma[:, :, None, None], 1, 0)
    share = pixels(images)
    mixed = share * (INK_MEAN + ink) + (1 - share) * (GROUND_MEAN + ground)
    return np.rint(255 * mixed).astype(np.uint8)


def ink(images: np.ndarray) -> np.ndarray:
    """Return the share of ink in colors [N, H, W, 3] in [0, 1]: [N, H, W, 1]."""
    mean = images.mean(axis=-1, keepdims=True)
    return np.clip((mean - GROUND_MEAN) / (INK_MEAN - GROUND_MEAN), 0, 1)


def hues(images: np.ndarray) -> np.ndarray:
    """Read the hues of ink and ground off colors [N, H, W, 3] in [0, 1].

    Given the ink, those that explain the chroma of a picture with the least squared
    error: [N, 2] radians. 0 where there is nothing of one of the two, NaN where pixels
    are not finite.
    """
    share = ink(images).reshape(len(images), -1).astype(np.float64)
    chroma = (images @ _PHASES).reshape(len(images), -1)
    shares = np.stack([share, 1 - share], axis=1)
    (a, b), (_, d) = np.moveaxis(shares @ shares.transpose(0, 2, 1), 0, -1)
    ink_sum, ground_sum = (shares * chroma[:, None]).sum(axis=-1).T
    found = np.stack([d * ink_sum - b * ground_sum, a * ground_sum - b * ink_sum], -1)
    is_empty = a * d - b * b < _EMPTY
    return np.where(is_empty[:, None], 0, np.angle(found))
