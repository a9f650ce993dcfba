"""Everything a run writes while it trains: metrics, events, checkpoints, figures."""

from collections import OrderedDict
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import jax
import numpy as np

from aae_jax.core.codes import KnownCodes
from aae_jax.core.config import Config
from aae_jax.core.pictures import Picture
from aae_jax.core.randomness import split_keys
from aae_jax.data import DatasetSplits, pixels
from aae_jax.engine.devices import local_copy
from aae_jax.engine.hosts import is_first
from aae_jax.engine.trainer import EpochResult
from aae_jax.errors import LostError, RunError
from aae_jax.evaluation.metrics.choosing import evenly
from aae_jax.runs.checkpoints import open_checkpoints, save_checkpoint
from aae_jax.runs.codes import CODES, read_codes
from aae_jax.runs.events import EventLog
from aae_jax.runs.folder import EVENTS, FIGURES
from aae_jax.runs.journal import append_metrics, read_metrics
from aae_jax.runs.saving import saving
from aae_jax.storage.files import replace_arrays

MAX_CODES = 2000
"""Training images whose codes are kept."""

LAST_FIGURE = "losses.png"
"""The figure that is drawn when all others are."""


class Recorder:
    """Writes down a run; a context that ends pending writes, whatever happens.

    Metrics and scalars each epoch; where asked, a checkpoint with histograms and
    pictures. Every process saves its part of a checkpoint, the first one all else.
    """

    def __init__(self, run: Path, config: Config, splits: DatasetSplits, start: int):
        self._run, self._config, self._splits = run, config, splits
        self._start = start

    def __enter__(self) -> "Recorder":
        with ExitStack() as stack:
            stack.enter_context(saving(self._run))
            self._checkpoints = stack.enter_context(open_checkpoints(self._run))
            if is_first():
                losses = loss_names(self._config)
                self._events = EventLog(self._run / EVENTS, losses, self._start)
                stack.callback(self._events.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *raised: Any) -> None:
        # A checkpoint that another process saves its part of would be waited for.
        if not isinstance(raised[1], LostError):
            self._stack.__exit__(*raised)

    def record(self, result: EpochResult, *, checkpoint: bool) -> None:
        """Write one epoch, and a checkpoint where it is asked for."""
        epoch = result.metrics["epoch"]
        with saving(self._run):
            if is_first():
                append_metrics(self._run, result.metrics)
                self._events.scalars(result.metrics)
            if checkpoint and is_first():
                self._illustrate(epoch, local_copy(result.state.params))
            # Last: where there is a checkpoint, all else about its epoch is written.
            if checkpoint:
                save_checkpoint(self._checkpoints, epoch, self._config, result.state)

    def wait(self) -> None:
        """Wait until the last checkpoint is saved."""
        with saving(self._run):
            self._checkpoints.wait_until_finished()

    def _illustrate(self, epoch: int, params: dict[str, Any]) -> None:
        pictures = take_pictures(self._config, params, self._splits)
        record_codes(self._run, self._config, params, self._splits)
        self._events.pictures(epoch, pictures)


def loss_names(config: Config) -> list[str]:
    """Return the names of the phases in order, each of which is a loss."""
    return [phase.name for phase in config.phases()]


def take_pictures(
    config: Config, params: dict[str, Any], splits: DatasetSplits
) -> dict[str, Picture]:
    """Return what figures show of `params`, in NumPy; the same styles all the run.

    The one to look at first comes first.
    """
    key = split_keys(config.seed).figures
    return jax.device_get(_pictures(config, params, *splits.validation, key))


@partial(jax.jit, static_argnames="config")
def _pictures(
    config: Config, params: Any, images: Any, labels: Any, key: jax.Array
) -> dict[str, Picture]:
    # jit sorts a plain dict.
    return OrderedDict(config.pictures(params, images, labels, key))


def record_codes(
    run: Path, config: Config, params: dict[str, Any], splits: DatasetSplits
) -> None:
    """Write codes of some training images: where the styles of the run lie."""
    images, labels = splits.train
    some = evenly(len(labels), MAX_CODES)
    z = np.asarray(_codes(config, params, images[some]))
    replace_arrays(run / CODES, KnownCodes(z, labels[some])._asdict())


@partial(jax.jit, static_argnames="config")
def _codes(config: Config, params: Any, images: Any) -> jax.Array:
    return config.encode(params, pixels(images))


def draw_figures(
    run: Path, config: Config, params: dict[str, Any], splits: DatasetSplits
) -> Path:
    """Draw the figures of a run into its folder; returns the one to look at first."""
    from aae_jax import plotting

    pictures = take_pictures(config, params, splits)
    record_codes(run, config, params, splits)
    title = f"{config.epochs} epochs, seed {config.seed}"
    names = splits.class_names
    for name, picture in pictures.items():
        figure = plotting.figure_of(picture, title=title, class_names=names)
        plotting.save_figure(figure, run / FIGURES / f"{name}.png")
    losses = loss_names(config)
    if metrics := [entry for entry in read_metrics(run) if entry.keys() >= {*losses}]:
        figure = plotting.loss_figure(metrics, losses)
        plotting.save_figure(figure, run / FIGURES / LAST_FIGURE)
    return run / FIGURES / f"{next(iter(pictures))}.png"


def is_recorded(run: Path, config: Config) -> bool:
    """True if all that follows the training of `run` was written: figures, codes."""
    try:
        read_codes(run, config)
    except RunError:
        return False
    return (run / FIGURES / LAST_FIGURE).exists()
