"""A run that is written at once, after a training from Python."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aae_jax.core.config import Config
from aae_jax.core.phases import TrainState
from aae_jax.data import DatasetSplits
from aae_jax.runs.checkpoints import open_checkpoints, save_checkpoint
from aae_jax.runs.journal import append_metrics
from aae_jax.runs.making import check_savable, create_run
from aae_jax.runs.origin import origin_of
from aae_jax.runs.recorder import draw_figures
from aae_jax.runs.saving import saving
from aae_jax.storage.paths import user_path


def save_run(
    path: str | Path,
    config: Config,
    state: TrainState,
    splits: DatasetSplits,
    metrics: Sequence[dict[str, Any]] = (),
) -> Path:
    """Write what was trained as the run at `path`, and draw it, as `train.py` does.

    `load_run` reads it back, of an algorithm that the package does not know as
    `load_run(path, algorithms=(Mine,))`.

    Args:
      path: The run directory, absolute or relative to the working directory.
      config: What was trained.
      state: After the last epoch.
      splits: The data that it was trained on.
      metrics: One entry an epoch, as `train` returns them; without them no losses are
        drawn.

    Returns:
      The path of the figure to look at first.

    Raises:
      PathError: No checkpoint can be kept there.
      RunError: The directory holds something already, or cannot be written.
    """
    run = user_path(path)
    check_savable(run)
    create_run(run, config, origin_of(splits, config.kind), splits.train.labels)
    epoch = int(state.step) // config.steps_per_epoch
    with saving(run), open_checkpoints(run) as checkpoints:
        for entry in metrics:
            append_metrics(run, entry)
        save_checkpoint(checkpoints, epoch, config, state)
    return draw_figures(run, config, state.params, splits)
