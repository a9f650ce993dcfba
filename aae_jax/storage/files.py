"""Files that are never half written.

A file is written whole under another name and takes its place by one rename: whoever
reads sees the old file or the new one, whenever the writing process is stopped.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

_UNFINISHED = ".writing-"
"""How the folders of files begin that are being written."""


def replace_text(path: Path, text: str) -> None:
    """Write a text file, making its folder if need be."""
    with replacement(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file; a byte-order mark is no part of it.

    Raises:
      ValueError: It is saved in another way.
    """
    content = path.read_bytes()
    if b"\0" in content:
        raise ValueError("it holds zero bytes, as UTF-16 does: save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"it is no UTF-8 text ({error.reason}): save it so") from error


def replace_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays by name as an uncompressed .npz, making its folder if need be."""
    with replacement(path) as unfinished, unfinished.open("wb") as file:
        np.savez(file, **arrays)


def drop_unfinished(folder: Path) -> None:
    """Remove what writers that were killed left in a folder where nobody writes now."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)


def is_unfinished(path: Path) -> bool:
    """True if a file is not at its place yet, or was left so by a writer that died."""
    return any(part.startswith(_UNFINISHED) for part in path.parts)


@contextmanager
def replacement(path: Path) -> Iterator[Path]:
    """Give a path to write to, renamed to `path` where the block ends without error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A folder of its own: writers at the same time do not meet, and what was cut short
    # goes with it.
    with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=path.parent) as folder:
        unfinished = Path(folder, path.name)
        yield unfinished
        unfinished.replace(path)


@contextmanager
def replaced_folder(path: Path) -> Iterator[Path]:
    """Give a new folder to fill, renamed to `path` where the block ends without error.

    One that is there is gone then. Between both renames nobody finds any.
    """
    with replacement(path) as unfinished:
        unfinished.mkdir()
        yield unfinished
        if path.exists():
            path.rename(Path(tempfile.mkdtemp(dir=unfinished.parent), path.name))
