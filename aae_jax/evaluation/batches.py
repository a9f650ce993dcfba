"""Large arrays through compiled functions, a batch at a time, so memory stays small."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

BATCH_SIZE = 1000


def in_batches(
    function: Callable[..., Any], *arrays: np.ndarray, size: int = BATCH_SIZE
) -> Any:
    """Return what `function` gives for arrays [N, ...], as NumPy, batch by batch.

    The last batch is filled up with its own first example, so that one compiled shape
    serves all; `function` must treat each example by itself.
    """
    n = len(arrays[0])
    size = min(size, n)
    parts = []
    for start in range(0, n, size):
        held = np.minimum(np.arange(start, start + size), n - 1)
        parts.append(jax.device_get(function(*(array[held] for array in arrays))))
    return jax.tree.map(lambda *leaves: np.concatenate(leaves)[:n], *parts)
