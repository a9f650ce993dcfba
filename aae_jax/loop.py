"""The training loop: a run as a stream of epochs, each a state and its metrics."""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import numpy as np

from aae_jax.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.errors import RunError
from aae_jax.evaluation import validate
from aae_jax.randomness import epoch_order, split_keys
from aae_jax.state import TrainState, init_state
from aae_jax.training import train_epoch

LOSSES = ("reconstruction", "discriminator", "generator")
"""The losses of `train_epoch`, in the order of the phases."""


class Epoch(NamedTuple):
    """A finished epoch: its state, valid until the next is asked for, and metrics."""

    state: TrainState
    metrics: dict[str, Any]


def first_state(config: Config) -> TrainState:
    """Return the state before the first epoch, which the seed decides."""
    init = jax.jit(init_state, static_argnames="config")
    return init(config, split_keys(config.seed).init)


def run_epochs(
    config: Config, state: TrainState, splits: DatasetSplits, start: int
) -> Iterator[Epoch]:
    """Train from the state after `start` epochs to the end of the plan.

    Yields, after each epoch, its state and metrics: `epoch` (counted from 1), the means
    of the losses, `validation_error` per pixel, `code_mean` and `code_std` of the
    validation images ([Z], prior units), `images_per_second` in training, and the
    `seconds` of training and validation together.

    Raises:
      RunError: A metric is not finite; names epoch and metric.
    """
    keys = split_keys(config.seed)
    train, validation = jax.device_put((splits.train, splits.validation))
    shuffle = jax.jit(epoch_order, static_argnames="config")
    order = shuffle(config, keys.shuffle, start)
    # Compiled ahead of the first epoch, so that its time tells how long others take.
    compiled_epoch = train_epoch.lower(
        config, state, train, order, keys.noise
    ).compile()
    compiled_validate = validate.lower(config, state.params, *validation).compile()
    for epoch in range(start, config.epochs):
        began = time.perf_counter()
        order = shuffle(config, keys.shuffle, epoch)
        state, losses = compiled_epoch(state, train, order, keys.noise)
        losses = jax.device_get(losses)
        trained = time.perf_counter()
        described = jax.device_get(compiled_validate(state.params, *validation))
        metrics = {
            "epoch": epoch + 1,
            **{name: float(losses[name].mean()) for name in LOSSES if name in losses},
            "validation_error": float(described.error),
            "code_mean": described.code_mean.tolist(),
            "code_std": described.code_std.tolist(),
            "images_per_second": order.size / (trained - began),
            "seconds": time.perf_counter() - began,
        }
        _check_finite(metrics)
        yield Epoch(state, metrics)


def _check_finite(metrics: dict[str, Any]) -> None:
    for name, value in metrics.items():
        if not np.all(np.isfinite(value)):
            raise RunError(
                f"training diverged in epoch {metrics['epoch']}: {name} is not finite. "
                "Checkpoints of earlier epochs are kept; lower the learning rates, or "
                "see `--recipe default`"
            )
