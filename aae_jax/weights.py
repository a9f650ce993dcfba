"""Weights as files hold them: arrays named by their places in a tree, without pickle.

A name is as in "decoder/params/network/Dense_0/kernel".
"""

from importlib.resources.abc import Traversable
from typing import Any

import jax
import numpy as np
from flax.traverse_util import flatten_dict, unflatten_dict


def by_name(tree: dict[str, Any]) -> dict[str, Any]:
    """Return the arrays of a tree by their places in it."""
    return flatten_dict(tree, sep="/")


def tree_of(arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Return the tree of arrays by name, on this process's device."""
    return unflatten_dict(jax.device_put(arrays), sep="/")


def read_arrays(file: Traversable) -> dict[str, np.ndarray]:
    """Read the arrays of an .npz; a damaged one raises one of `data.npz.DAMAGES`."""
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
        return dict(stored)


def are_alike(arrays: dict[str, Any], others: dict[str, Any]) -> bool:
    """Whether both have the same names, shapes and types; either may be abstract."""
    return _shapes(arrays) == _shapes(others)


def _shapes(arrays: dict[str, Any]) -> dict[str, tuple]:
    return {name: (array.shape, array.dtype) for name, array in arrays.items()}
