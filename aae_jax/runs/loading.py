"""A finished run read back: config, parameters, and where its codes lie."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aae_jax.core.codes import KnownCodes
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.runs.checkpoints import latest_epoch, restore_params
from aae_jax.runs.folder import RUNS, read_config, runs_under
from aae_jax.runs.invocation import command
from aae_jax.storage.arrays import DAMAGES, are_alike, read_arrays
from aae_jax.storage.paths import user_path

CODES = "codes.npz"
"""Codes of some training images, and their labels."""


def load_run(
    path: str | Path, algorithms: Sequence[type[Config]] = ()
) -> tuple[Config, dict[str, Any]]:
    """Return the config and the newest parameters of the run at `path`.

    Works on any kind and number of devices, whichever the run was trained on.

    Args:
      path: The run directory, absolute or relative to the working directory.
      algorithms: Config classes that the package does not know, beside its own.

    Raises:
      RunError: No run, no finished checkpoint, or one that does not fit its config.
    """
    run = user_path(path)
    config = read_config(run, algorithms)
    return config, restore_params(run, config)


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


def newest_run(root: Path = RUNS) -> Path:
    """Return the newest run under `root` that has a finished checkpoint.

    Raises:
      RunError: There is none.
    """
    for run in runs_under(root):
        if latest_epoch(run) is not None:
            return run
    raise RunError(
        f"there is no trained run under {root}{'/' if root.is_dir() else ''}: train "
        f"one with `{command('train')}`, name one with --run-dir, or sample a trained "
        f"model at once with `{command('sample', '--pretrained', 'digits')}`"
    )
