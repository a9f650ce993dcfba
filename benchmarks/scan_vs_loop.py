"""The scanned epoch beside a Python loop over a jitted step, alternating in one run.

    python -m benchmarks.scan_vs_loop

Same mathematics, same batches, same noise; the ratio is loop over scan, so that above 1
the scan is faster. Writes docs/results/scan_vs_loop.json.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import jax
import numpy as np
import tyro

from aae_jax.config import Config
from aae_jax.data import Dataset
from aae_jax.loop import first_state
from aae_jax.randomness import draw, epoch_order, split_keys
from aae_jax.recipes import TUTORIAL
from aae_jax.state import TrainState
from aae_jax.training import take_batch, train_epoch, train_step
from experiments.results import write_results


@dataclass(frozen=True)
class Arguments:
    """Time the scanned epoch against a Python loop over a jitted step."""

    num_steps: int = 100
    """Steps in one timed epoch."""

    repeats: int = 7
    """Timed epochs of each kind, alternating; medians are reported."""

    output: Path = Path("docs/results/scan_vs_loop.json")
    """Where the results go."""


@partial(jax.jit, static_argnames="config", donate_argnames="state")
def jitted_step(
    config: Config, state: TrainState, data: Dataset, indices: jax.Array, key: jax.Array
) -> tuple[TrainState, dict[str, jax.Array]]:
    """Run the step that `train_epoch` scans, compiled alone."""
    draws = draw(config, jax.random.fold_in(key, state.step), len(indices))
    return train_step(config, state, take_batch(config, data, indices), draws)


def looped_epoch(
    config: Config, state: TrainState, data: Dataset, order: jax.Array, key: jax.Array
) -> tuple[TrainState, dict[str, jax.Array]]:
    """Dispatch one compiled step a batch from Python; losses stay on the device."""
    rows, losses = list(order), []
    for indices in rows:
        state, loss = jitted_step(config, state, data, indices, key)
        losses.append(loss)
    return state, jax.tree.map(lambda *steps: jax.numpy.stack(steps), *losses)


def main(arguments: Arguments) -> None:
    """Time both ways, check that they agree, print and write down."""
    config = replace(TUTORIAL, num_train=arguments.num_steps * TUTORIAL.batch_size)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (config.num_train, 28, 28), dtype=np.uint8)
    labels = rng.integers(0, 10, config.num_train, dtype=np.int32)
    data = jax.device_put(Dataset(images, labels))
    keys = split_keys(config.seed)
    order = epoch_order(config, keys.shuffle, 0)
    ways: dict[str, Callable] = {"scan": train_epoch, "loop": looped_epoch}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    states = {name: first_state(config) for name in ways}
    losses = {}
    for repeat in range(arguments.repeats + 1):
        for name, epoch in ways.items():
            began = time.perf_counter()
            states[name], metrics = jax.block_until_ready(
                epoch(config, states[name], data, order, keys.noise)
            )
            if repeat == 0:
                losses[name] = np.asarray(metrics["reconstruction"])
            else:
                seconds[name].append(time.perf_counter() - began)
    np.testing.assert_allclose(losses["scan"], losses["loop"], rtol=1e-3)
    report(arguments, seconds)


def report(arguments: Arguments, seconds: dict[str, list[float]]) -> None:
    """Print and write the medians and the spread of the paired ratios."""
    ratios = np.array(seconds["loop"]) / np.array(seconds["scan"])
    medians = {
        name: 1e3 * float(np.median(times)) / arguments.num_steps
        for name, times in seconds.items()
    }
    for name, milliseconds in medians.items():
        print(f"{name}: {milliseconds:.2f} ms a step")
    low, middle, high = np.quantile(ratios, [0, 0.5, 1])
    print(f"loop / scan: {middle:.3f} (from {low:.3f} to {high:.3f})")
    results = {
        "cpu_cores": os.cpu_count(),
        "batch_size": TUTORIAL.batch_size,
        "milliseconds_a_step": medians,
        "loop_over_scan": {"median": middle, "min": low, "max": high},
    }
    write_results(arguments.output, results)


if __name__ == "__main__":
    main(tyro.cli(Arguments))
