"""Everything a run writes while it trains: metrics, events, checkpoints, figures."""

import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from aae_jax.checkpoints import open_checkpoints, save_checkpoint
from aae_jax.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.data.splits import pixels
from aae_jax.devices import local_copy
from aae_jax.events import EventLog
from aae_jax.hosts import is_first
from aae_jax.journal import append_metrics, read_metrics
from aae_jax.loop import Epoch
from aae_jax.losses import reconstruction_loss
from aae_jax.priors import sample_prior
from aae_jax.randomness import split_keys
from aae_jax.runs import EVENTS, FIGURES
from aae_jax.sampling import decode, encode, style_grid
from aae_jax.state import Params

NUM_STYLES = 10
NUM_RECONSTRUCTIONS = 12


class Snapshot(NamedTuple):
    """What the figures of one state show.

    Images and reconstructions [n, H, W], the squared error per pixel of all
    reconstructions as they are painted, validation codes [N, Z] beside as many prior
    samples, and a style grid [10, K, H, W].
    """

    images: np.ndarray
    reconstructions: np.ndarray
    error: np.ndarray
    codes: np.ndarray
    prior: np.ndarray
    grid: np.ndarray


def take_snapshot(config: Config, params: Params, splits: DatasetSplits) -> Snapshot:
    """Compute the snapshot of `params`; the same styles for the whole run."""
    images, labels = splits.validation
    key = split_keys(config.seed).figures
    painted = _paint_snapshot(config, params, images, labels, key)
    shown = pixels(images[:NUM_RECONSTRUCTIONS])
    return Snapshot(shown, *jax.device_get(painted))


@partial(jax.jit, static_argnames="config")
def _paint_snapshot(
    config: Config,
    params: Params,
    images: jax.Array,
    labels: jax.Array,
    key: jax.Array,
) -> tuple[jax.Array, ...]:
    grid_key, prior_key = jax.random.split(key)
    real = images.astype(jnp.float32) / 255
    z = encode(config, params, real)
    painted = decode(config, params, z, labels)
    error = reconstruction_loss(real, painted)
    prior = sample_prior(config, prior_key, len(z))
    grid = style_grid(config, params, grid_key, NUM_STYLES)
    return painted[:NUM_RECONSTRUCTIONS], error, z, prior, grid


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
            self._checkpoints = stack.enter_context(open_checkpoints(self._run))
            if is_first():
                self._events = EventLog(self._run / EVENTS, self._start)
                stack.callback(self._events.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def record(self, epoch: Epoch, *, checkpoint: bool) -> None:
        """Write one epoch, and a checkpoint where it is asked for."""
        if is_first():
            append_metrics(self._run, epoch.metrics)
            self._events.scalars(epoch.metrics)
            if checkpoint:
                self._illustrate(epoch)
        if checkpoint:
            number = epoch.metrics["epoch"]
            save_checkpoint(self._checkpoints, number, self._config, epoch.state)

    def _illustrate(self, epoch: Epoch) -> None:
        number, params = epoch.metrics["epoch"], local_copy(epoch.state.params)
        shot = take_snapshot(self._config, params, self._splits)
        self._events.histograms(number, {"codes": shot.codes, "prior": shot.prior})
        again = np.stack([shot.images, shot.reconstructions])
        self._events.pictures(number, {"reconstructions": again, "styles": shot.grid})
        self._events.flush()


class Alarm:
    """Rings when so many seconds have passed since it last rang."""

    def __init__(self, seconds: float):
        self._seconds, self._last = seconds, time.monotonic()

    def rings(self) -> bool:
        """Whether the time has passed; if so it begins anew."""
        is_due = time.monotonic() - self._last >= self._seconds
        if is_due:
            self._last = time.monotonic()
        return is_due


def draw_figures(
    run: Path, config: Config, params: Params, splits: DatasetSplits
) -> Path:
    """Draw the figures of a run into its folder; returns the style grid's path."""
    from aae_jax import plotting

    shot = take_snapshot(config, params, splits)
    title = f"each row is one style ({config.epochs} epochs, seed {config.seed})"
    figures = {
        "reconstructions": plotting.reconstruction_figure(
            shot.images, shot.reconstructions, float(shot.error)
        ),
        "posterior": plotting.posterior_figure(shot.codes, config.prior_std),
        "style_grid": plotting.image_grid(
            shot.grid, title=title, columns=splits.class_names
        ),
    }
    if metrics := read_metrics(run):
        figures["losses"] = plotting.loss_figure(metrics)
    for name, figure in figures.items():
        plotting.save_figure(figure, run / FIGURES / f"{name}.png")
    return run / FIGURES / "style_grid.png"
