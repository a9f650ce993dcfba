"""What train.py does beside its epochs, part by part, for `benchmarks.overhead`."""

import itertools
from contextlib import closing
from functools import partial
from pathlib import Path

import jax
import numpy as np

from aae_jax import Config
from aae_jax.data import DatasetSplits
from aae_jax.engine.trainer import make_trainer
from aae_jax.runs.checkpoints import open_checkpoints, save_checkpoint
from aae_jax.runs.events import EventLog
from aae_jax.runs.folder import EVENTS
from aae_jax.runs.recorder import loss_names, take_pictures
from benchmarks.measuring import Ways, alternate


def time_parts(
    config: Config, splits: DatasetSplits, folder: Path, repeats: int
) -> dict[str, np.ndarray]:
    """Return how long each part takes: seconds [repeats] by name.

    Shuffling and validation come every epoch, the others with every checkpoint.
    """
    trainer = make_trainer(config, [config.seed], splits)
    state, numbers = trainer.initial_state(), itertools.count(1)
    take = partial(take_pictures, config, state.params, splits)
    with (
        open_checkpoints(folder) as checkpoints,
        closing(EventLog(folder / EVENTS, loss_names(config))) as events,
    ):
        save = partial(save_checkpoint, checkpoints, config=config, state=state)
        parts: Ways = {
            "shuffling": lambda: jax.block_until_ready(trainer.compiled.order(1)),
            "validation": partial(trainer.compiled.validate, state.params),
            "codes and pictures": take,
            "event file": partial(events.pictures, 1, take()),
            "saving": lambda: save(epoch=next(numbers)),
            "saving, in the background": checkpoints.wait_until_finished,
        }
        return alternate(parts, repeats)
