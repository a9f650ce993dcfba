"""Decoded datasets in the user's cache folder: a convenience, never trusted blindly.

One uncompressed .npz a dataset holds the arrays and a record of where they came from
(the copy's path and its files' sizes and times), their shapes and their SHA-256. It
is used only if all of that still holds.
"""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from aae_jax.data.copies import Copy, Decoded
from aae_jax.data.splits import Dataset, digest
from aae_jax.storage.arrays import DAMAGES, read_arrays
from aae_jax.storage.files import replace_arrays
from aae_jax.storage.folders import cache_folder

_FORMAT = 2
"""The way in which arrays are kept: 2 is with a channel axis, 1 was without."""


def cached(copy: Copy, decode: Callable[[], Decoded]) -> Decoded:
    """Return the content of `copy`: from the cache if that is sound, else decoded.

    What `decode` returns is cached. A cache that cannot be read or written is no
    error.
    """
    path = cache_folder() / f"{copy.name}.npz"
    identity = _identity(copy)
    decoded = _load(path, identity)
    if decoded is None:
        decoded = decode()
        with contextlib.suppress(OSError):
            _save(path, identity, decoded)
    return decoded


def _identity(copy: Copy) -> dict[str, Any]:
    """Return what tells this copy from any other, as JSON would give it back."""
    return {"source": copy.source, "files": [list(file) for file in copy.files]}


def _load(path: Path, identity: dict[str, Any]) -> Decoded | None:
    """Return the cached content; None if it is missing, damaged or of another copy."""
    try:
        arrays = read_arrays(path)
        record = json.loads(arrays["record"].item())
        decoded = Decoded(
            Dataset(arrays["train_images"], arrays["train_labels"]),
            Dataset(arrays["test_images"], arrays["test_labels"]),
            tuple(record["class_names"]),
        )
    except (*DAMAGES, LookupError, TypeError):
        return None
    return decoded if record == _record(identity, decoded) else None


def _save(path: Path, identity: dict[str, Any], decoded: Decoded) -> None:
    arrays = {
        "record": np.array(json.dumps(_record(identity, decoded))),
        "train_images": decoded.train.images,
        "train_labels": decoded.train.labels,
        "test_images": decoded.test.images,
        "test_labels": decoded.test.labels,
    }
    replace_arrays(path, arrays)


def _record(identity: dict[str, Any], decoded: Decoded) -> dict[str, Any]:
    arrays = (*decoded.train, *decoded.test)
    return {
        "format": _FORMAT,
        "identity": identity,
        "class_names": list(decoded.class_names),
        "shapes": [list(array.shape) for array in arrays],
        "sha256": digest(*arrays),
    }
