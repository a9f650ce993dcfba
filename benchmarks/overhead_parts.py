"""What train.py does beside its epochs, part by part, for `benchmarks.overhead`."""

import itertools
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import jax
import numpy as np
import orbax.checkpoint as ocp

from aae_jax.checkpoints import open_checkpoints, save_checkpoint
from aae_jax.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.evaluation import validate
from aae_jax.events import EventLog
from aae_jax.loop import first_state
from aae_jax.randomness import epoch_order, split_keys
from aae_jax.recording import take_snapshot
from aae_jax.state import TrainState
from benchmarks.measuring import alternate

Parts = dict[str, Callable[[], Any]]
"""Calls that return when their work is done, by name; in this order."""


def time_parts(
    config: Config, splits: DatasetSplits, folder: Path, repeats: int
) -> dict[str, np.ndarray]:
    """Return how long each part takes: seconds [repeats] by name.

    Shuffling and validation come every epoch, the others with every checkpoint.
    """
    state = first_state(config)
    with (
        open_checkpoints(folder) as checkpoints,
        closing(EventLog(folder / "events")) as events,
    ):
        parts = {
            **epoch_parts(config, state, splits),
            **picture_parts(config, state, splits, events),
            **saving_parts(config, state, checkpoints),
        }
        return alternate(parts, repeats)


def epoch_parts(config: Config, state: TrainState, splits: DatasetSplits) -> Parts:
    """Return the parts of every epoch, as compiled as they are there."""
    key, held_out = split_keys(config.seed).shuffle, jax.device_put(splits.validation)
    shuffle = jax.jit(epoch_order, static_argnames="config")

    def validation() -> None:
        jax.device_get(validate(config, state.params, *held_out))

    return {
        "shuffling": lambda: jax.block_until_ready(shuffle(config, key, 1)),
        "validation": validation,
    }


def picture_parts(
    config: Config, state: TrainState, splits: DatasetSplits, events: EventLog
) -> Parts:
    """Return what is made for the event file, and its writing."""
    shot = take_snapshot(config, state.params, splits)

    def write() -> None:
        events.histograms(1, {"codes": shot.codes, "prior": shot.prior})
        again = np.stack([shot.images, shot.reconstructions])
        events.pictures(1, {"reconstructions": again, "styles": shot.grid})
        events.flush()

    snapshot = partial(take_snapshot, config, state.params, splits)
    return {"codes and pictures": snapshot, "event file": write}


def saving_parts(
    config: Config, state: TrainState, checkpoints: ocp.CheckpointManager
) -> Parts:
    """Return the save that training waits for, and the rest of it."""
    numbers = itertools.count(1)
    return {
        "saving": lambda: save_checkpoint(checkpoints, next(numbers), config, state),
        "saving, in the background": checkpoints.wait_until_finished,
    }
