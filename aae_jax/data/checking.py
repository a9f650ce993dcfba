"""What the arrays of a user's file must be; each error says how they become that."""

from pathlib import Path

import numpy as np

from aae_jax.data.remedies import (
    CHANNELS,
    MIN_CONTRAST,
    converting,
    labeling,
    numbering,
    reshaping,
    toning,
)
from aae_jax.data.splits import MIN_PER_CLASS
from aae_jax.errors import DataError
from aae_jax.storage.containment import is_one_line

EXPECTED = (
    "Expected images uint8 from 0 to 255, [N, H, W] or [N, H, W, C] with C = 1 (gray) "
    "or 3 (color), and labels [N], integers from 0 to K-1 or -1 for unknown, or names "
    "of classes, or none at all"
)
MAX_NAME = 40
_LOOKED_AT = 1000


def checked_images(path: Path, images: np.ndarray) -> np.ndarray:
    """Return the images as [N, H, W, C].

    Raises:
      DataError: They are anything else, or use almost nothing of 0 to 255.
    """
    if not images.size:
        raise refusal(path, f"holds no pixels: shape {images.shape}", "Fill it")
    shaped = images[..., None] if images.ndim == 3 else images
    if shaped.ndim != 4 or shaped.shape[-1] not in CHANNELS:
        problem = f"holds images of shape {images.shape}"
        raise refusal(path, problem, reshaping(images))
    if (remedy := toning(images)) is not None:
        raise refusal(path, f"holds images {_tones(images)}", remedy)
    return np.ascontiguousarray(shaped)


def _tones(images: np.ndarray) -> str:
    """Return type and range of images in words."""
    if images.dtype.kind not in "buif":
        return f"of type {images.dtype}"
    low, high = float(images.min()), float(images.max())
    return f"of type {images.dtype} from {low:.6g} to {high:.6g}"


def faintness(path: Path, images: np.ndarray) -> str | None:
    """Return a note where most images use little of what the brightest use."""
    few = images[:: max(1, len(images) // _LOOKED_AT)]
    few = few.reshape(len(few), -1)
    contrast = np.median(few.max(axis=1) - few.min(axis=1))
    if not 0 < contrast < MIN_CONTRAST:
        return None
    return (
        f"note: most images of {path} span at most {contrast:.0f} of 255 tones, though "
        f"not all. If that is from black to white: `images = np.interp(images, "
        f"(0, {np.median(few.max(axis=1)):.0f}), (0, 255)).round().astype(np.uint8)`"
    )


def checked_labels(
    path: Path, labels: np.ndarray, images: np.ndarray
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the labels of the images as int32, -1 where not known, and the names.

    Raises:
      DataError: They are anything else.
    """
    names = None
    if labels.shape != (len(images),):
        problem = f"holds {len(images)} images but labels of shape {labels.shape}"
        raise refusal(path, problem, labeling(labels, images))
    if labels.dtype.kind in "US":
        labels, names = _numbered(path, labels)
    if not np.issubdtype(labels.dtype, np.integer):
        problem = f"holds labels of type {labels.dtype}"
        raise refusal(path, problem, converting(labels))
    _check_classes(path, labels)
    labels = labels.astype(np.int32)
    return labels, names or tuple(map(str, range(labels.max() + 1)))


def _numbered(path: Path, labels: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the numbers of labels that are names, -1 where empty, and the names."""
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8", "replace")
    labels = np.char.strip(labels)
    names = sorted(set(labels.tolist()) - {""}, key=_place)
    for name in names:
        check_name(path, name)
    number = {"": -1} | {name: index for index, name in enumerate(names)}
    return np.array([number[name] for name in labels.tolist()]), tuple(names)


def _place(name: str) -> tuple[int, str]:
    """Return the place of a class by its name: numbers first, as they count."""
    return (len(name) if name.isdecimal() else MAX_NAME + 1), name


def check_name(path: Path, name: str) -> None:
    """Raise a DataError where a class has a name that cannot be shown on a line."""
    if not is_one_line(name) or len(name) > MAX_NAME:
        problem = f"has a class called {name[: 2 * MAX_NAME]!r}"
        raise refusal(path, problem, f"Give names of at most {MAX_NAME} letters")


def _check_classes(path: Path, labels: np.ndarray) -> None:
    """Refuse classes with gaps between them or too small to be split."""
    if len(labels) < MIN_PER_CLASS:
        remedy = f"Give at least {MIN_PER_CLASS}"
        raise refusal(path, f"holds {len(labels)} image(s)", remedy)
    lowest, highest = int(labels.min()), int(labels.max())
    if (highest == 0 and lowest >= -1) or lowest == highest > 0:
        remedy = "Give at least two classes, or leave the labels out"
        raise refusal(path, "holds a single class", remedy)
    remedy = numbering(labels, MIN_PER_CLASS)
    if lowest < -1 or highest >= len(labels):
        problem = f"holds labels from {lowest} to {highest} for {len(labels)} images"
        raise refusal(path, problem, remedy)
    sizes = np.bincount(labels[labels >= 0].astype(np.int64))
    if sizes.size and sizes.min() < MIN_PER_CLASS:
        problem = f"holds {sizes.min()} example(s) of class {sizes.argmin()}"
        raise refusal(path, problem, remedy)


def refusal(path: Path, problem: str, remedy: str) -> DataError:
    """Return the error that says what was found, what was expected, and the remedy."""
    return DataError(f"{path} {problem}. {EXPECTED}. {remedy}.")
