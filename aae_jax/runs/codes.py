"""Codes of some training images of a run: where its styles lie, and what moves them."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from aae_jax.core.codes import KnownCodes
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.runs.invocation import command
from aae_jax.storage.arrays import DAMAGES, are_alike, read_arrays

CODES = "codes.npz"
"""Codes of some training images, and their labels."""


def read_codes(run: Path, config: Config) -> KnownCodes:
    """Return codes of some training images of a run.

    Raises:
      RunError: They were not recorded, or are damaged.
    """
    try:
        return codes_of(read_arrays(run / CODES), config.code_dim)
    except DAMAGES as error:
        again = command("train", "--run-dir", run, "--resume")
        raise RunError(
            f"{run / CODES} cannot be read ({error}), which says where the styles of "
            f"this run lie: write it again with {again}"
        ) from error


def codes_of(arrays: Mapping[str, np.ndarray], length: int) -> KnownCodes:
    """Return stored codes of this length Z; raises a ValueError where they are none."""
    n = len(arrays["z"]) if "z" in arrays else 0
    expected = KnownCodes(np.empty((n, length), np.float32), np.empty(n, np.int32))
    if not n or not are_alike(arrays, expected._asdict()):
        raise ValueError(f"it holds no codes of length {length} with their labels")
    return KnownCodes(**arrays)
