"""How long a run takes where nothing else runs: its steps, timed on idle cores."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np

from aae_jax.core.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.engine.trainer import make_trainer
from aae_jax.errors import RunError

NUM_STEPS, REPEATS = 50, 9
ENOUGH = 0.9
"""Share of the cores' time that is idle where they count as idle."""

_STAT = Path("/proc/stat")


def time_alone(config: Config, splits: DatasetSplits) -> dict[str, Any]:
    """Return milliseconds a step, minutes of all steps, and on how many cores.

    Raises:
      RunError: Other processes keep the cores busy.
    """
    if (idle := idle_share()) < ENOUGH:
        raise RunError(
            f"other processes use the cores, which are idle for {idle:.0%} of the "
            "time: wait until they end, or stop them, and time again with --time"
        )
    seconds = step_seconds(config, splits)
    return {
        "ms_per_step_alone": round(1e3 * seconds, 3),
        "minutes_alone": round(seconds * config.num_steps / 60, 2),
        "cores": num_cores(),
    }


def step_seconds(config: Config, splits: DatasetSplits) -> float:
    """Return the median seconds of a training step, compilation left out."""
    block = timed_block(config, splits)
    return float(np.median([block() for _ in range(REPEATS + 1)][1:]))


def timed_block(config: Config, splits: DatasetSplits) -> Callable[[], float]:
    """Return a function that trains some steps and returns the seconds of one.

    The first call compiles.
    """
    trainer = make_trainer(config, (config.seed,), splits)
    order = trainer.compiled.order(0)[:NUM_STEPS]
    state = trainer.initial_state()

    def block() -> float:
        nonlocal state
        began = time.perf_counter()
        for chunk in trainer.feed.chunks(order):
            state, _ = trainer.compiled.train(state, chunk)
        jax.block_until_ready(state)
        return (time.perf_counter() - began) / len(order)

    return block


def idle_share(seconds: float = 1.0) -> float:
    """Return the share of all cores' time that is idle; 1 where nothing tells it."""
    if not _STAT.exists():
        return 1.0
    idle, total = _counted()
    time.sleep(seconds)
    later = _counted()
    return (later[0] - idle) / max(1, later[1] - total)


def num_cores() -> int:
    """Return on how many cores this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _counted() -> tuple[int, int]:
    """Return the ticks in which cores were idle, and all ticks, since the start."""
    ticks = [int(word) for word in _STAT.read_text().split("\n", 1)[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)
