"""Arrays as files hold them: without pickle, named by their places in a tree.

A name is as in "decoder/params/network/Dense_0/kernel".
"""

import tokenize
import zipfile
import zlib
from collections.abc import Mapping
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

_SPOILED_MEMBER = (RuntimeError, SyntaxError, TypeError, tokenize.TokenError)
"""From zipfile, for what looks encrypted, and from NumPy's parser, for a header."""


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
    """Return one array of an open .npz; a damaged one raises one of `DAMAGES`."""
    try:
        array = stored[name]
    except _SPOILED_MEMBER as error:
        raise zipfile.BadZipFile(f"{name!r} is damaged: {error}") from error
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{name!r} is not in NumPy's format")
    return array


def are_alike(arrays: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    """Return whether both have the same names, shapes and types, abstract or not."""
    return _kinds(arrays) == _kinds(others)


def _kinds(arrays: Mapping[str, Any]) -> dict[str, tuple[tuple[int, ...], Any]]:
    return {name: (array.shape, array.dtype) for name, array in arrays.items()}
