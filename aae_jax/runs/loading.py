"""A finished run read back: its config and its parameters."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.runs.checkpoints import latest_epoch, restore_newest
from aae_jax.runs.folder import RUNS, read_config, runs_under
from aae_jax.runs.invocation import command
from aae_jax.runs.weights import is_exported, read_weights
from aae_jax.storage.paths import user_path


def load_run(
    path: str | Path, algorithms: Sequence[type[Config]] = ()
) -> tuple[Config, dict[str, Any]]:
    """Return the config and the newest parameters of the run at `path`.

    Those of the newest whole checkpoint: a line says which damaged ones were passed
    over. Works on any kind and number of devices, whichever the run was trained on. Of
    an exported model, which has the networks alone that using it needs, too.

    Args:
      path: The directory, absolute or relative to the working directory.
      algorithms: Config classes that the package does not know, beside its own.

    Raises:
      RunError: No run, no finished checkpoint, or one that does not fit its config.
    """
    _, config, params = load_newest(path, algorithms)
    return config, params


def load_newest(
    path: str | Path, algorithms: Sequence[type[Config]] = ()
) -> tuple[int | None, Config, dict[str, Any]]:
    """Return what `load_run` does, after the epochs that were trained, if known."""
    run = user_path(path)
    config = read_config(run, algorithms)
    if is_exported(run):
        return None, config, read_weights(run, config)
    epoch, params = restore_newest(run, config)
    return epoch, config, params


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
        f"model at once with `{command('sample', '--pretrained', 'mnist')}`"
    )
