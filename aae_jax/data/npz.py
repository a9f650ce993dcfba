"""The user's own pictures: a .npz file with `images`, and `labels` if there are any."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from aae_jax.data.checking import (
    EXPECTED,
    checked_images,
    checked_labels,
    faintness,
    refusal,
)
from aae_jax.data.remedies import renaming
from aae_jax.data.splits import Dataset, DatasetSplits, stratify
from aae_jax.errors import DataError
from aae_jax.storage.arrays import DAMAGES, read_member, shapes_of
from aae_jax.storage.containment import is_one_line
from aae_jax.storage.paths import user_path


def load_npz(
    path: Path,
    reserved: tuple[str, ...] = (),
    announce: Callable[[str], None] = print,
) -> DatasetSplits:
    """Read, check and split a user's file; it is never unpickled.

    Args:
      path: The file, holding `images` [N, H, W] or [N, H, W, C] uint8, and perhaps
        `labels` [N], integers in 0..K-1 or -1 where a label is not known, or text: the
        name of the class, empty where it is not known. Of known ones there are at least
        two classes of at least `MIN_PER_CLASS` examples each.
      reserved: Names of other datasets, which this one will not be given.
      announce: Takes a line for the user where the images look faint.

    Raises:
      DataError: The file or what it holds is anything else.
    """
    path = user_path(path).absolute()
    arrays = _read(path)
    images = checked_images(path, arrays["images"])
    unknown = np.full(len(images), -1, np.int32)
    labels, names = checked_labels(path, arrays.get("labels", unknown), images)
    if (note := faintness(path, images)) is not None:
        announce(note)
    train, validation, test = stratify(Dataset(images, labels))
    return DatasetSplits(
        name=_run_name(path, reserved),
        spec=str(path),
        source=f"file {path}{_unknown_in(labels)}",
        train=train,
        validation=validation,
        test=test,
        num_classes=max(1, len(names)),
        class_names=names or ("any",),
    )


def load_images(path: Path) -> np.ndarray:
    """Read the images [N, H, W, C] uint8 of a user's file, whose labels nobody needs.

    Raises:
      DataError: The file or its images are anything else.
    """
    path = user_path(path).absolute()
    return checked_images(path, _read(path, needs_labels=False)["images"])


def _unknown_in(labels: np.ndarray) -> str:
    """Return how many labels are not known, in words; nothing where all are."""
    unknown = int(np.count_nonzero(labels < 0))
    return f" ({unknown:,} of {len(labels):,} labels unknown)" if unknown else ""


def _run_name(path: Path, reserved: tuple[str, ...]) -> str:
    """Return the file's name without ending, in letters, digits, - and _."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", path.stem).strip("-") or "npz"
    return f"{name}-npz" if name in reserved else name


def _read(path: Path, needs_labels: bool = True) -> dict[str, np.ndarray]:
    """Read the images, and the labels unless there is nothing but images."""
    try:
        if not is_one_line(str(path)):
            raise DataError(
                f"{str(path)!r} holds letters that no line can show: rename it"
            )
        if not path.exists():
            raise DataError(f"There is no file {path}. {EXPECTED} in it.")
        if not zipfile.is_zipfile(path):
            raise refusal(path, "is not an .npz (zip) file", "Write it by np.savez")
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            alone = not needs_labels or list(arrays) == ["images"]
            keys = ("images",) if alone else ("images", "labels")
            return {key: _member(path, arrays, key) for key in keys}
    except DAMAGES as error:
        raise refusal(
            path, f"cannot be read ({error})", "Check it, or write it again"
        ) from error


def _member(path: Path, arrays: np.lib.npyio.NpzFile, key: str) -> np.ndarray:
    if key not in arrays:
        remedy = renaming(shapes_of(arrays)) or (
            "Write it by np.savez(path, images=images, labels=labels), or with images "
            "alone where no label is known"
        )
        raise refusal(path, f"has no array {key!r}, only {sorted(arrays)}", remedy)
    try:
        return read_member(arrays, key)
    except ValueError as error:
        if "Object arrays" not in str(error):
            raise
        remedy = "`images = np.stack(images)`"
        if key == "labels":
            remedy = "`labels = np.array(labels.tolist())`"
        raise refusal(
            path,
            f"holds Python objects as {key!r}, which are never unpickled",
            f"Where you made it: {remedy}",
        ) from error
