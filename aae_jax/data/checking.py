"""What the arrays of a user's file must be, and how to mend those that are not."""

from pathlib import Path

import numpy as np

from aae_jax.data.splits import MIN_PER_CLASS
from aae_jax.errors import DataError

EXPECTED = (
    "Expected images uint8, [N, H, W] or [N, H, W, C] with C = 1 (gray) or 3 (color), "
    "and labels [N], integers from 0 to K-1 or -1 for unknown, or none at all"
)
_CHANNELS = (1, 3)
_RENUMBER = (
    "Renumber the classes that are there: np.unique(labels, return_inverse=True)[1]"
)


def checked_images(path: Path, images: np.ndarray) -> np.ndarray:
    """Return the images as [N, H, W, C].

    Raises:
      DataError: They are anything else.
    """
    shaped = images[..., None] if images.ndim == 3 else images
    if shaped.ndim != 4 or shaped.shape[-1] not in _CHANNELS:
        remedy = _reshaping(images.shape)
        raise refusal(path, f"holds images of shape {images.shape}", remedy)
    if images.dtype != np.uint8:
        hint = "Scale them to 0..255 and convert: images.astype(np.uint8)"
        if np.issubdtype(images.dtype, np.floating):
            hint = "From [0, 1]: (images * 255).round().astype(np.uint8)"
        raise refusal(path, f"holds images of type {images.dtype}", hint)
    if not images.size:
        raise refusal(path, f"holds no pixels: shape {images.shape}", "Fill it")
    return np.ascontiguousarray(shaped)


def _reshaping(shape: tuple[int, ...]) -> str:
    """Return how to make images of a wrong shape right."""
    if len(shape) == 2:
        return "Reshape flat pictures: images.reshape(-1, H, W)"
    if len(shape) != 4:
        return "Give one picture an example"
    if shape[1] in _CHANNELS:
        return "Move the channels to the end: np.moveaxis(images, 1, -1)"
    if shape[-1] == 4:
        return "Leave the transparency out: images[..., :3]"
    return "Give 1 channel, for instance by images[..., :1], or 3"


def checked_labels(path: Path, labels: np.ndarray, count: int) -> np.ndarray:
    """Return the labels of so many images as int32; -1 is one that is not known.

    Raises:
      DataError: They are anything else.
    """
    if labels.shape != (count,):
        problem = f"holds {count} images but labels of shape {labels.shape}"
        raise refusal(path, problem, "Give one label an image")
    if not np.issubdtype(labels.dtype, np.integer):
        hint = "Convert them: labels.astype(np.int32)"
        raise refusal(path, f"holds labels of type {labels.dtype}", hint)
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < -1 or highest >= count:
        problem = f"holds labels from {lowest} to {highest} for {count} images"
        raise refusal(path, problem, _RENUMBER)
    if highest == 0:
        remedy = "Give at least two classes, or leave the labels out"
        raise refusal(path, "holds a single class", remedy)
    labels = labels.astype(np.int32)
    _check_sizes(path, labels)
    return labels


def _check_sizes(path: Path, labels: np.ndarray) -> None:
    """Refuse classes too small to be split, and so few images without any label."""
    if len(labels) < MIN_PER_CLASS:
        remedy = f"Give at least {MIN_PER_CLASS}"
        raise refusal(path, f"holds {len(labels)} image(s)", remedy)
    sizes = np.bincount(labels[labels >= 0])
    if sizes.size and sizes.min() < MIN_PER_CLASS:
        problem = f"holds {sizes.min()} example(s) of class {sizes.argmin()}"
        hint = f"Give every class at least {MIN_PER_CLASS}. {_RENUMBER}"
        raise refusal(path, problem, hint)


def refusal(path: Path, problem: str, remedy: str) -> DataError:
    """Return the error that says what was found, what was expected, and the remedy."""
    return DataError(f"{path} {problem}. {EXPECTED}. {remedy}.")
