"""Arrays as files hold them: without pickle, named by their places in a tree.

A name is as in "decoder/params/network/Dense_0/kernel". What a file says of itself is
looked at before any memory is taken for it.
"""

import math
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
from numpy.lib.npyio import NpzFile

DAMAGES = (
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a damaged .npz file may raise; a lack of memory is no damage."""

MAX_BYTES = 2**33
"""Of all arrays of a file together, uncompressed; a larger one is refused unread."""

_SPOILED_MEMBER = (RuntimeError, SyntaxError, TypeError, tokenize.TokenError)
"""From zipfile, for what looks encrypted, and from NumPy's parser, for a header."""


_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def by_name(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arrays of nested dicts by their places in them."""
    named: dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            inside = by_name(value).items()
            named |= {f"{name}/{place}": array for place, array in inside}
        else:
            named[name] = value
    return named


def tree_of(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Return the nested dicts whose arrays `by_name` names like this."""
    tree: dict[str, Any] = {}
    for place, array in arrays.items():
        *names, last = place.split("/")
        inside = tree
        for name in names:
            inside = inside.setdefault(name, {})
        inside[last] = array
    return tree


def read_arrays(file: Traversable) -> dict[str, np.ndarray]:
    """Return all arrays of an .npz by name; a damaged one raises one of `DAMAGES`."""
    with file.open("rb") as opened, NpzFile(opened, allow_pickle=False) as stored:
        return {name: read_member(stored, name) for name in stored}


def read_member(stored: NpzFile, name: str) -> np.ndarray:
    """Return one array of an open .npz; a damaged one raises one of `DAMAGES`.

    So does a file of more than `MAX_BYTES`, before it is read.
    """
    zipped: Any = stored.zip
    size = sum(member.file_size for member in zipped.infolist())
    if size > MAX_BYTES:
        raise ValueError(f"{size:,} bytes uncompressed, of at most {MAX_BYTES:,}")
    with _spoiled(name):
        shape, dtype, held = _header(stored, name)
        if not dtype.hasobject and math.prod(shape) * max(1, dtype.itemsize) > held:
            raise ValueError(f"{name!r} is damaged: {held:,} bytes for {shape} {dtype}")
        return stored[name]


def shapes_of(stored: NpzFile) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the arrays of an open .npz, without reading them."""
    found = {}
    for name in stored:
        with _spoiled(name):
            found[name] = _header(stored, name)[0]
    return found


@contextmanager
def _spoiled(name: str) -> Iterator[None]:
    """Raise what a spoiled member raises as one of `DAMAGES`."""
    try:
        yield
    except _SPOILED_MEMBER as error:
        raise zipfile.BadZipFile(f"{name!r} is damaged: {error}") from error


def _header(stored: NpzFile, name: str) -> tuple[tuple[int, ...], np.dtype, int]:
    """Return shape and type of an array, and how many bytes the file has for it."""
    zipped: Any = stored.zip
    member = name if name in zipped.namelist() else f"{name}.npy"
    with zipped.open(member) as file:
        try:
            read = _HEADERS[np.lib.format.read_magic(file)]
        except (LookupError, ValueError) as error:
            raise ValueError(f"{name!r} is not in NumPy's format") from error
        shape, _, dtype = read(file)
        return shape, dtype, zipped.getinfo(member).file_size


def are_alike(arrays: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    """Return whether both have the same names, shapes and types, abstract or not."""
    return _kinds(arrays) == _kinds(others)


def _kinds(arrays: Mapping[str, Any]) -> dict[str, tuple[tuple[int, ...], Any]]:
    return {name: (array.shape, array.dtype) for name, array in arrays.items()}
