"""The training loop: a run as a stream of epochs, each a state and its metrics."""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import jax
import numpy as np
from jax.sharding import Mesh

from aae_jax.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.devices import everywhere, make_mesh, split
from aae_jax.errors import RunError
from aae_jax.evaluation import validate
from aae_jax.feeding import Feed, feed_of, put_data
from aae_jax.randomness import Keys, epoch_order, split_keys
from aae_jax.state import TrainState, init_state
from aae_jax.training import train_epoch

LOSSES = ("reconstruction", "discriminator", "generator")
"""The losses of `train_epoch`, in the order of the phases."""


class Epoch(NamedTuple):
    """A finished epoch: its state, valid until the next is asked for, and metrics."""

    state: TrainState
    metrics: dict[str, Any]


def first_state(config: Config, mesh: Mesh | None = None) -> TrainState:
    """Return the state before the first epoch, which the seed decides."""
    placed = everywhere(mesh) if mesh else None
    init = jax.jit(state_of_seed, static_argnames="config", out_shardings=placed)
    return init(config, np.uint32(config.seed))


def state_of_seed(config: Config, seed: jax.Array) -> TrainState:
    """Return the state before the first step of a run from `seed`."""
    return init_state(config, split_keys(seed).init)


def run_epochs(
    config: Config,
    state: TrainState,
    splits: DatasetSplits,
    start: int,
    *,
    mesh: Mesh | None = None,
    chunk_images: int | None = None,
) -> Iterator[Epoch]:
    """Train from the state after `start` epochs to the end of the plan.

    Args:
      config: Of the run.
      state: Donated.
      splits: The data, on the host; the images may be memory-mapped.
      start: Number of epochs that are done.
      mesh: The devices that share every batch; one device by default.
      chunk_images: How many training images go to the devices at a time; by default
        all, once, where they fit.

    Yields, after each epoch, its state and metrics: `epoch` (counted from 1), the means
    of the losses, `validation_error` per pixel, `code_mean` and `code_std` of the
    validation images ([Z], prior units), `images_per_second` in training, and the
    `seconds` of training and validation together.

    Raises:
      RunError: A metric is not finite; names epoch and metric.
    """
    mesh = mesh or make_mesh(1, config.batch_size, "batch-size")
    programs = run_programs(config, splits, mesh, chunk_images)
    state = jax.device_put(state, everywhere(mesh))
    for measured in programs.run(state, range(start, config.epochs)):
        metrics = measured.metrics()
        check_finite(metrics)
        yield Epoch(measured.state, metrics)


def run_programs(
    config: Config, splits: DatasetSplits, mesh: Mesh, chunk_images: int | None = None
) -> "Programs":
    """Return the programs of one run, whose batches the devices share."""
    whole, shared = everywhere(mesh), split(mesh, axis=1)
    train = partial(train_epoch, config)
    return Programs(
        shuffle=jax.jit(partial(epoch_order, config), out_shardings=shared),
        train=jax.jit(train, donate_argnums=0, out_shardings=whole),
        describe=jax.jit(partial(validate, config)),
        keys=jax.jit(split_keys, out_shardings=whole)(np.uint32(config.seed)),
        feed=feed_of(splits.train, mesh, config.batch_size, chunk_images),
        validation=put_data(splits.validation, mesh),
    )


class Measured(NamedTuple):
    """What an epoch came to: of one run, or of several along a leading axis."""

    epoch: int
    state: TrainState
    values: dict[str, np.ndarray]
    images_per_second: float
    seconds: float

    def metrics(self, run: int | tuple[()] = ()) -> dict[str, Any]:
        """Return the metrics of the one run, or of one of several."""
        return {
            "epoch": self.epoch,
            **{name: value[run].tolist() for name, value in self.values.items()},
            "images_per_second": self.images_per_second,
            "seconds": self.seconds,
        }


class Programs(NamedTuple):
    """The compiled functions of a run, or of several at once, and what they take.

    Attributes:
      shuffle: key, epoch -> order [steps, B].
      train: state, data, order, key -> new state, losses [steps]; donates the state.
      describe: params, images, labels -> Validation.
      keys: The random streams of the run.
      feed: Its training images.
      validation: The validation images, on the devices.
    """

    shuffle: Any
    train: Any
    describe: Any
    keys: Keys
    feed: Feed
    validation: Any

    def run(self, state: TrainState, epochs: range) -> Iterator[Measured]:
        """Train epoch after epoch, counted from 0, and yield what each came to."""
        self._compile(state, epochs.start)
        for epoch in epochs:
            began = time.perf_counter()
            order = self.shuffle(self.keys.shuffle, epoch)
            state, losses = self._train(state, order)
            trained = time.perf_counter()
            described = jax.device_get(self.describe(state.params, *self.validation))
            means = {name: losses[name].mean(-1) for name in LOSSES if name in losses}
            values = {**means, "validation_error": described.error}
            values |= {"code_mean": described.code_mean, "code_std": described.code_std}
            speed = order.shape[-2] * order.shape[-1] / (trained - began)
            seconds = time.perf_counter() - began
            yield Measured(epoch + 1, state, values, speed, seconds)

    def _compile(self, state: TrainState, start: int) -> None:
        """Compile ahead, so that the first epoch tells how long others take."""
        order = self.shuffle(self.keys.shuffle, start)
        for data, part in self.feed.shapes(order):
            self.train.lower(state, data, part, self.keys.noise).compile()
        self.describe.lower(state.params, *self.validation).compile()

    def _train(
        self, state: TrainState, order: jax.Array
    ) -> tuple[TrainState, dict[str, np.ndarray]]:
        """Train one epoch, in as many parts as it is fed in."""
        losses: list[dict[str, jax.Array]] = []
        for data, part in self.feed.parts(order):
            state, latest = self.train(state, data, part, self.keys.noise)
            losses.append(latest)
            # While this part is trained on, the next is gathered, and no third waits.
            jax.block_until_ready(losses[-2:-1])
        on_host = jax.device_get(losses)
        return state, jax.tree.map(lambda *parts: np.concatenate(parts, -1), *on_host)


def check_finite(metrics: dict[str, Any]) -> None:
    """Raise a RunError where a metric is not finite."""
    for name, value in metrics.items():
        if not np.all(np.isfinite(value)):
            raise RunError(
                f"training diverged in epoch {metrics['epoch']}: {name} is not finite. "
                "Checkpoints of earlier epochs are kept; lower the learning rates, or "
                "see `--recipe default`"
            )
