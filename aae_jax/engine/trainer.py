"""The trainer: one run, or several that differ in their seeds, as a stream of epochs.

It never asks whether it is one or several: `seeds` decides that once.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

from aae_jax.core.config import Config
from aae_jax.core.phases import TrainState
from aae_jax.data import DatasetSplits
from aae_jax.engine.compiled import Compiled
from aae_jax.engine.examination import lost
from aae_jax.engine.feeding import Feed
from aae_jax.engine.seeds import Layout, layout_of
from aae_jax.engine.stopping import Stop
from aae_jax.errors import RunError

NEVER = Stop()
"""Train to the end of the plan."""


class EpochResult(NamedTuple):
    """A finished epoch of one run.

    Attributes:
      state: After the epoch; valid until the next result is asked for.
      metrics: `epoch` (counted from 1), the mean loss of each phase in order, what
        `config.validate` returns, `images_per_second` in training, and the `seconds`
        of training and validation together, of all runs; where units can die,
        `dead_units`, see `engine.examination`.
      lost: In words where the run is lost, because not all of this is finite.
    """

    state: TrainState
    metrics: dict[str, Any]
    lost: str | None = None


def make_trainer(
    config: Config,
    seeds: Sequence[int],
    splits: DatasetSplits,
    *,
    devices: int | None = None,
    chunk_images: int | None = None,
) -> "Trainer":
    """Return the trainer of a run from each seed, with the data on the devices.

    Args:
      config: Of every run but for the seed.
      seeds: One a run.
      splits: The data, on the host; the images may be memory-mapped.
      devices: How many share every batch of one run, or the seeds of several; None is
        as many accelerators as share evenly.
      chunk_images: How many training images go to the devices at a time; None is all,
        once, where they fit.

    Raises:
      ConfigError: There are no such devices, or they do not share evenly; or several
        seeds are to take the data in chunks.
    """
    layout = layout_of(config, seeds, devices)
    feed = layout.feed(splits.train, config.batch_size, chunk_images)
    return Trainer(config, layout, feed, Compiled(config, layout, splits))


class Trainer:
    """Trains one run, or several at once, epoch after epoch.

    The states that it makes, takes and passes to `picked` are that of the one run, or
    those of several stacked: every leaf [seeds, ...].

    Attributes:
      config: Of every run but for the seed.
      seeds: One a run.
      mesh: The devices, which share every batch of one run, or the seeds of several.
      restored_on: Where the saved state of each run is restored to, to be joined.
      feed: How the training images reach the devices.
      compiled: The functions that train.
    """

    def __init__(self, config: Config, layout: Layout, feed: Feed, compiled: Compiled):
        self.config, self.feed, self.compiled = config, feed, compiled
        self.seeds, self.mesh = layout.seeds, layout.mesh
        self.restored_on = layout.restored_on
        self._layout = layout
        self._phases = [phase.name for phase in config.phases()]

    def initial_state(self) -> TrainState:
        """Return the state before the first epoch, which the seeds decide."""
        return self.compiled.initial_state()

    def joined(self, states: Sequence[TrainState]) -> TrainState:
        """Return the states of the runs, one each, as one state on the devices."""
        return self._layout.joined(states)

    def picked(self, state: TrainState, index: int) -> TrainState:
        """Return the state of run `index`."""
        return self._layout.picked(state, index)

    def epochs(
        self, state: TrainState, start: int, stop: Stop = NEVER
    ) -> Iterator[list[EpochResult]]:
        """Train from the state after `start` epochs to the end of the plan.

        The state is donated. Yields, after each epoch, the result of each run, which
        may be lost. Ends within an epoch that is trained in parts where `stop` says so;
        what was trained of it is lost.
        """
        state = jax.device_put(state, self._layout.states)
        num_steps, num_parts = self.config.steps_per_epoch, 1
        self._compile_ahead(state, start, num_parts)
        for epoch in range(start, self.config.epochs):
            began = time.perf_counter()
            parts = self.compiled.order_in_parts(epoch, num_parts)
            trained = self._train_epoch(state, parts, stop)
            if trained is None:
                return
            state, losses = trained
            in_training = time.perf_counter() - began
            values = self.compiled.validate(state.params)
            examined = self.compiled.examine(state)
            num_images = num_steps * self.config.batch_size
            seconds = time.perf_counter() - began
            clock = {"images_per_second": num_images / in_training, "seconds": seconds}
            told = {"epoch": epoch + 1, **clock}
            yield self._results(state, told, losses, values, examined)
            before = num_parts
            num_parts = stop.num_parts(before, num_steps, in_training)
            if num_parts > before:
                self._compile_ahead(state, epoch, num_parts)

    def _compile_ahead(self, state: TrainState, epoch: int, num_parts: int) -> None:
        """Compile what an epoch in so many parts needs."""
        parts = self.compiled.order_in_parts(epoch, num_parts)
        distinct = {part.shape: part for part in parts}.values()
        shapes = [shape for part in distinct for shape in self.feed.shapes(part)]
        self.compiled.compile_ahead(state, shapes)

    def _train_epoch(
        self, state: TrainState, parts: Sequence[jax.Array], stop: Stop
    ) -> tuple[TrainState, dict[str, np.ndarray]] | None:
        """Train one epoch: new state, and the losses [..., steps] by phase.

        None where it stops between two parts.
        """
        losses: list[dict[str, jax.Array]] = []
        for part in parts:
            jax.block_until_ready(losses)
            if losses and stop.is_now():
                return None
            for chunk in self.feed.chunks(part):
                state, latest = self.compiled.train(state, chunk)
                losses.append(latest)
                # While this chunk is trained on, the next is gathered, and no third
                # waits.
                jax.block_until_ready(losses[-2:-1])
        on_host = jax.device_get(losses)
        whole = jax.tree.map(lambda *chunks: np.concatenate(chunks, -1), *on_host)
        return state, {name: whole[name] for name in self._phases}

    def _results(
        self, state: TrainState, told: dict[str, Any], *found: dict[str, np.ndarray]
    ) -> list[EpochResult]:
        """Return the result of each run, given what was found of all."""
        results = []
        of_runs = zip(*map(self._layout.apart, found), strict=True)
        for index, (steps, values, examined) in enumerate(of_runs):
            finite = examined.pop("finite")
            means = {name: losses.mean() for name, losses in steps.items()}
            numbers = {
                name: value.tolist()
                for name, value in {**means, **values, **examined}.items()
            }
            metrics = {"epoch": told["epoch"], **numbers, **told}
            words = lost(self.config, metrics, steps, finite)
            results.append(EpochResult(self.picked(state, index), metrics, words))
        return results


def train(
    config: Config, splits: DatasetSplits
) -> tuple[TrainState, list[dict[str, Any]]]:
    """Train one run from its seed to the end of its plan, on one device.

    Returns the state, and the metrics of each epoch as `EpochResult` has them.

    Raises:
      RunError: It diverged.
    """
    trainer = make_trainer(config, [config.seed], splits, devices=1)
    metrics = []
    for (result,) in trainer.epochs(trainer.initial_state(), start=0):
        if result.lost is not None:
            raise RunError(result.lost)
        metrics.append(result.metrics)
    return result.state, metrics
