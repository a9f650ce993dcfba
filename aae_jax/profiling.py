"""Where the time of a training step goes: a trace of some warm ones."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import jax
import jax.numpy as jnp

from aae_jax.hosts import is_first
from aae_jax.loop import Programs
from aae_jax.state import TrainState

NUM_STEPS = 10


def write_trace(programs: Programs, state: TrainState, folder: Path) -> None:
    """Trace up to `NUM_STEPS` warm steps into `folder`; the state stays as it is.

    Of several processes all run the steps, and the first one traces.

    TensorBoard's profile plugin reads the folder, and https://ui.perfetto.dev the
    `perfetto_trace.json.gz` in it.
    """
    order = programs.shuffle(programs.keys.shuffle, 0)[..., :NUM_STEPS, :]
    data, part = next(programs.feed.parts(order))

    def steps() -> None:
        copy = jax.tree.map(jnp.copy, state)
        trained = programs.train(copy, data, part, programs.keys.noise)
        jax.block_until_ready(trained)

    steps()
    with _trace(folder) if is_first() else nullcontext():
        steps()


def _trace(folder: Path) -> AbstractContextManager[None]:
    return jax.profiler.trace(folder, create_perfetto_trace=True)
