"""Pytrees in tests: compared leaf by leaf, and networks taken out of them."""

from typing import Any

import jax
import numpy as np

Tree = Any


def assert_equal(actual: Tree, expected: Tree) -> None:
    """Every number is the same, bit for bit."""
    jax.tree.map(np.testing.assert_array_equal, actual, expected)


def assert_close(actual: Tree, expected: Tree, tolerance: float = 1e-5) -> None:
    """No number is off by more than `tolerance`."""

    def check(a: Any, e: Any) -> None:
        np.testing.assert_allclose(a, e, rtol=0, atol=tolerance)

    jax.tree.map(check, actual, expected)


def distance(one: Tree, other: Tree) -> float:
    """The largest difference between two numbers in the same place."""
    differences = jax.tree.map(lambda a, b: np.max(np.abs(a - b)), one, other)
    return float(max(jax.tree.leaves(differences)))


def layers(params: Tree) -> list[dict[str, Any]]:
    """The kernel and bias of each layer of a network, first to last."""
    own = params["params"]
    return list(own["network"].values()) if "network" in own else [own]


def arrays(params: Tree) -> list[np.ndarray]:
    """A network as the NumPy reference has it: W1 b1 W2 b2 W3 b3."""
    names = ("kernel", "bias")
    return [
        np.asarray(layer[name])
        for layer in layers(params)
        for name in names
        if name in layer
    ]
