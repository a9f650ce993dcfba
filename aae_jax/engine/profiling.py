"""Where the time of a training step goes: a trace of some warm ones."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import jax
import jax.numpy as jnp

from aae_jax.core.phases import TrainState
from aae_jax.engine.hosts import is_first
from aae_jax.engine.trainer import Trainer

NUM_STEPS = 10


def write_trace(trainer: Trainer, state: TrainState, folder: Path) -> None:
    """Trace up to `NUM_STEPS` warm steps into `folder`; the state stays as it is.

    Of several processes all run the steps, and the first one traces.

    TensorBoard's profile plugin reads the folder, and https://ui.perfetto.dev the
    `perfetto_trace.json.gz` in it.
    """
    order = trainer.compiled.order(0)[..., :NUM_STEPS, :]
    chunk = next(trainer.feed.chunks(order))

    def steps() -> None:
        copy = jax.tree.map(jnp.copy, state)
        jax.block_until_ready(trainer.compiled.train(copy, chunk))

    steps()
    with _trace(folder) if is_first() else nullcontext():
        steps()


def _trace(folder: Path) -> AbstractContextManager[None]:
    return jax.profiler.trace(folder, create_perfetto_trace=True)
