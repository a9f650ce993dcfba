"""The user's own pictures: a .npz file with `images`, and `labels` if there are any."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aae_jax.data.checking import EXPECTED, checked_images, checked_labels, refusal
from aae_jax.data.splits import Dataset, DatasetSplits, stratify
from aae_jax.errors import DataError
from aae_jax.storage.arrays import DAMAGES, read_member
from aae_jax.storage.paths import user_path


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
    path = user_path(path).absolute()
    arrays = _read(path)
    images = checked_images(path, arrays["images"])
    unknown = np.full(len(images), -1, np.int32)
    labels = checked_labels(path, arrays.get("labels", unknown), len(images))
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
    path = user_path(path).absolute()
    return checked_images(path, _read(path, ("images",))["images"])


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
            raise DataError(f"There is no file {path}. {EXPECTED} in it.")
        if not zipfile.is_zipfile(path):
            raise refusal(path, "is not an .npz (zip) file", "Write it by np.savez")
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            alone = list(arrays) == ["images"]
            keys = keys or (("images",) if alone else ("images", "labels"))
            return {key: _member(path, arrays, key) for key in keys}
    except DAMAGES as error:
        raise refusal(
            path, f"cannot be read ({error})", "Check it, or write it again"
        ) from error


def _member(path: Path, arrays: np.lib.npyio.NpzFile, key: str) -> np.ndarray:
    if key not in arrays:
        raise refusal(
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
        raise refusal(
            path,
            f"holds Python objects as {key!r}, which are never unpickled",
            "Give it a number type with .astype",
        ) from error
