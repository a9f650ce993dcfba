"""Decoded datasets in the user's cache folder: a convenience, never trusted blindly.

One uncompressed .npz a dataset holds the arrays and a record of where they came from
(the copy's path and its files' sizes and times), their shapes and their SHA-256. It
is used only if all of that still holds, and replaced by one rename, so concurrent
runs see the old file or the new one, never half of one.
"""

import contextlib
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from aae_jax.data.copies import Copy, Decoded
from aae_jax.data.folders import cache_folder
from aae_jax.data.npz import DAMAGES
from aae_jax.data.splits import Dataset, digest


def cached(copy: Copy, decode: Callable[[], Decoded]) -> Decoded:
    """The content of `copy`: from the cache if that is sound, else from `decode`.

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
    """What tells this copy from any other, as JSON would give it back."""
    return {"source": copy.source, "files": [list(file) for file in copy.files]}


def _load(path: Path, identity: dict[str, Any]) -> Decoded | None:
    """The cached content, None if the file is missing, damaged or of another copy."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
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
    """Write the cache in full under another name, then rename it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    train, test, _ = decoded
    # The folder goes with whatever it holds, also if writing is cut short.
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=path.parent) as scratch:
        unfinished = Path(scratch, path.name)
        np.savez(
            unfinished,
            record=np.array(json.dumps(_record(identity, decoded))),
            train_images=train.images,
            train_labels=train.labels,
            test_images=test.images,
            test_labels=test.labels,
        )
        unfinished.replace(path)


def _record(identity: dict[str, Any], decoded: Decoded) -> dict[str, Any]:
    arrays = (*decoded.train, *decoded.test)
    return {
        "identity": identity,
        "class_names": list(decoded.class_names),
        "shapes": [list(array.shape) for array in arrays],
        "sha256": digest(*arrays),
    }
