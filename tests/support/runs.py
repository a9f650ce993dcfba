"""Run directories made without training: a tiny config, and where it came from."""

from pathlib import Path

from aae_jax.core.config import Config
from aae_jax.core.phases import TrainState
from aae_jax.imaging import Framing
from aae_jax.runs.checkpoints import open_checkpoints, save_checkpoint
from aae_jax.runs.making import create_run
from aae_jax.runs.origin import Origin

ORIGIN = Origin(
    recipe="default",
    dataset="digits",
    data_dir=None,
    source="somewhere",
    fingerprint="abc",
    class_names=("zero", "one"),
    framing=Framing(height=7.0),
)


def save(run: Path, config: Config, state: TrainState, *epochs: int) -> None:
    """Write a checkpoint of the state after each of these epochs."""
    with open_checkpoints(run) as checkpoints:
        for epoch in epochs:
            save_checkpoint(checkpoints, epoch, config, state)


def saved_run(path: Path, config: Config, state: TrainState, *epochs: int) -> Path:
    """Make a run with a checkpoint after each of these epochs."""
    create_run(path, config, ORIGIN)
    save(path, config, state, *epochs)
    return path
