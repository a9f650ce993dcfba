"""Run directories made without training: a tiny config, and where it came from."""

from pathlib import Path

import numpy as np

from aae_jax.core.codes import KnownCodes
from aae_jax.core.config import Config
from aae_jax.core.phases import TrainState
from aae_jax.imaging import Framing
from aae_jax.runs.checkpoints import open_checkpoints, save_checkpoint
from aae_jax.runs.codes import CODES
from aae_jax.runs.making import create_run
from aae_jax.runs.origin import Origin
from aae_jax.runs.recorder import LAST_FIGURE
from aae_jax.storage.files import replace_arrays

ORIGIN = Origin(
    recipe="default",
    dataset="digits",
    data_dir=None,
    source="somewhere",
    fingerprint="abc",
    class_names=("zero", "one"),
    framing=Framing(height=7.0),
)


def codes_for(config: Config) -> KnownCodes:
    """Return codes around 9 that a config may have, with labels."""
    rng = np.random.default_rng(0)
    z = rng.normal(9, 1, (40, config.code_dim)).astype(np.float32)
    return KnownCodes(z, np.arange(40, dtype=np.int32) % config.num_classes)


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


def record(run: Path, config: Config) -> None:
    """Leave in a run what stands there when its training is over."""
    replace_arrays(run / CODES, codes_for(config)._asdict())
    (run / "figures").mkdir()
    (run / "figures" / LAST_FIGURE).touch()
