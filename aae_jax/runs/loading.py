"""A finished run read back: config, parameters, and where its codes lie."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aae_jax.core.codes import CodeGaussian
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.runs.checkpoints import latest_epoch, restore_params
from aae_jax.runs.folder import RUNS, read_config, runs_under
from aae_jax.runs.invocation import command
from aae_jax.storage.arrays import DAMAGES, are_alike, read_arrays
from aae_jax.storage.paths import user_path

CODES = "codes.npz"
"""Mean and covariance of the validation codes of a run without a prior."""


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


def read_codes(run: Path, config: Config) -> CodeGaussian:
    """Return the Gaussian that the codes of a run without a prior have.

    Raises:
      RunError: It was not recorded, or is damaged.
    """
    try:
        arrays = read_arrays(run / CODES)
        if not are_alike(arrays, _empty(config.code_dim)._asdict()):
            raise ValueError("other arrays than the config describes")
    except DAMAGES as error:
        again = command("train", "--run-dir", run, "--resume")
        raise RunError(
            f"{run / CODES} cannot be read ({error}), and without a prior it says "
            f"where the styles of this run lie: write it again with {again}"
        ) from error
    return CodeGaussian(**arrays)


def _empty(length: int) -> CodeGaussian:
    """Return what has the shapes and types of a recorded Gaussian."""
    covariance = np.zeros((length, length), np.float32)
    return CodeGaussian(covariance[0], covariance)


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
