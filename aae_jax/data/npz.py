"""The user's own pictures: a .npz file with `images`, and `labels` if there are any."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aae_jax.data.splits import MIN_PER_CLASS, Dataset, DatasetSplits, stratify
from aae_jax.errors import DataError
from aae_jax.storage.arrays import DAMAGES, read_member

_EXPECTED = (
    "Expected images uint8, [N, H, W] or [N, H, W, C] with C = 1 (gray) or 3 (color), "
    "and labels [N], integers from 0 to K-1 or -1 for unknown, or none at all"
)
_CHANNELS = (1, 3)
_RENUMBER = (
    "Renumber the classes that are there: np.unique(labels, return_inverse=True)[1]"
)


def load_npz(path: Path, reserved: tuple[str, ...] = ()) -> DatasetSplits:
    """Read, check and split a user's file; it is never unpickled.

    Args:
      path: The file, holding `images` [N, H, W] or [N, H, W, C] uint8, and perhaps
        `labels` [N], integers in 0..K-1 or -1 where a label is not known. Of known ones
        there are at least two classes of at least `MIN_PER_CLASS` examples each.
      reserved: Names of other datasets, which this one will not be given.

    Raises:
      DataError: The file or what it holds is anything else.
    """
    path = path.expanduser().absolute()
    arrays = _read(path)
    images = _checked_images(path, arrays["images"])
    unknown = np.full(len(images), -1, np.int32)
    labels = _checked_labels(path, arrays.get("labels", unknown), len(images))
    train, validation, test = stratify(Dataset(images, labels))
    num_classes = int(labels.max()) + 1
    named = tuple(map(str, range(num_classes)))
    return DatasetSplits(
        name=_run_name(path, reserved),
        spec=str(path),
        source=f"file {path}{_unknown_in(labels)}",
        train=train,
        validation=validation,
        test=test,
        num_classes=max(1, num_classes),
        class_names=named or ("any",),
    )


def load_images(path: Path) -> np.ndarray:
    """Read the images [N, H, W, C] uint8 of a user's file, whose labels nobody needs.

    Raises:
      DataError: The file or its images are anything else.
    """
    path = path.expanduser().absolute()
    return _checked_images(path, _read(path, ("images",))["images"])


def _unknown_in(labels: np.ndarray) -> str:
    """Return how many labels are not known, in words; nothing where all are."""
    unknown = int(np.count_nonzero(labels < 0))
    return f" ({unknown:,} of {len(labels):,} labels unknown)" if unknown else ""


def _run_name(path: Path, reserved: tuple[str, ...]) -> str:
    """Return the file's name without ending, in letters, digits, - and _."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", path.stem).strip("-") or "npz"
    return f"{name}-npz" if name in reserved else name


def _read(path: Path, keys: Sequence[str] = ()) -> dict[str, np.ndarray]:
    """Read arrays of a file: without `keys` the images, and labels or nothing else."""
    try:
        if not path.exists():
            raise DataError(f"There is no file {path}. {_EXPECTED} in it.")
        if not zipfile.is_zipfile(path):
            raise _refusal(path, "is not an .npz (zip) file", "Write it by np.savez")
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            alone = list(arrays) == ["images"]
            keys = keys or (("images",) if alone else ("images", "labels"))
            return {key: _member(path, arrays, key) for key in keys}
    except DAMAGES as error:
        raise _refusal(
            path, f"cannot be read ({error})", "Check it, or write it again"
        ) from error


def _member(path: Path, arrays: np.lib.npyio.NpzFile, key: str) -> np.ndarray:
    if key not in arrays:
        raise _refusal(
            path,
            f"has no array {key!r}, only {sorted(arrays)}",
            "Write it by np.savez(path, images=images, labels=labels), or with images "
            "alone where no label is known",
        )
    try:
        return read_member(arrays, key)
    except ValueError as error:
        if "Object arrays" not in str(error):
            raise
        raise _refusal(
            path,
            f"holds Python objects as {key!r}, which are never unpickled",
            "Give it a number type with .astype",
        ) from error


def _checked_images(path: Path, images: np.ndarray) -> np.ndarray:
    """Return the images as [N, H, W, C]."""
    shaped = images[..., None] if images.ndim == 3 else images
    if shaped.ndim != 4 or shaped.shape[-1] not in _CHANNELS:
        remedy = _reshaping(images.shape)
        raise _refusal(path, f"holds images of shape {images.shape}", remedy)
    if images.dtype != np.uint8:
        hint = "Scale them to 0..255 and convert: images.astype(np.uint8)"
        if np.issubdtype(images.dtype, np.floating):
            hint = "From [0, 1]: (images * 255).round().astype(np.uint8)"
        raise _refusal(path, f"holds images of type {images.dtype}", hint)
    if not images.size:
        raise _refusal(path, f"holds no pixels: shape {images.shape}", "Fill it")
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


def _checked_labels(path: Path, labels: np.ndarray, count: int) -> np.ndarray:
    if labels.shape != (count,):
        problem = f"holds {count} images but labels of shape {labels.shape}"
        raise _refusal(path, problem, "Give one label an image")
    if not np.issubdtype(labels.dtype, np.integer):
        hint = "Convert them: labels.astype(np.int32)"
        raise _refusal(path, f"holds labels of type {labels.dtype}", hint)
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < -1 or highest >= count:
        problem = f"holds labels from {lowest} to {highest} for {count} images"
        raise _refusal(path, problem, _RENUMBER)
    if highest == 0:
        remedy = "Give at least two classes, or leave the labels out"
        raise _refusal(path, "holds a single class", remedy)
    labels = labels.astype(np.int32)
    _check_sizes(path, labels)
    return labels


def _check_sizes(path: Path, labels: np.ndarray) -> None:
    """Refuse classes too small to be split, and so few images without any label."""
    if len(labels) < MIN_PER_CLASS:
        remedy = f"Give at least {MIN_PER_CLASS}"
        raise _refusal(path, f"holds {len(labels)} image(s)", remedy)
    sizes = np.bincount(labels[labels >= 0])
    if sizes.size and sizes.min() < MIN_PER_CLASS:
        problem = f"holds {sizes.min()} example(s) of class {sizes.argmin()}"
        hint = f"Give every class at least {MIN_PER_CLASS}. {_RENUMBER}"
        raise _refusal(path, problem, hint)


def _refusal(path: Path, problem: str, remedy: str) -> DataError:
    return DataError(f"{path} {problem}. {_EXPECTED}. {remedy}.")
