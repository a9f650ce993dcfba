"""The scanned epoch beside a Python loop over a jitted step, alternating in one run.

    python -m benchmarks.scan_vs_loop

Same mathematics, same batches, same noise; the ratio is loop over scan, so that above 1
the scan is faster. Both first take the same steps, and must agree.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import tyro

from aae_jax import Config, train_step
from aae_jax.algorithms.recipes import TUTORIAL
from aae_jax.core.phases import TrainState
from aae_jax.data import Dataset
from benchmarks.measuring import alternate, ratio, report, spread_of
from benchmarks.training import Training

Losses = dict[str, jax.Array]
"""The losses [steps] by phase."""


@dataclass(frozen=True)
class Arguments:
    """Time the scanned epoch against a Python loop over a jitted step."""

    num_steps: int = 100
    """Steps in one timed epoch."""

    repeats: int = 7
    """Timed epochs of each kind, alternating; medians are reported."""

    hidden_dim: int = TUTORIAL.hidden_dim
    """Width of the networks."""


@partial(jax.jit, static_argnames="config", donate_argnames="state")
def jitted_step(
    config: Config, state: TrainState, data: Dataset, indices: jax.Array, key: jax.Array
) -> tuple[TrainState, Losses]:
    """Run the step that `train_epoch` scans, compiled alone."""
    draws = config.draw(jax.random.fold_in(key, state.step), indices.shape[0])
    return train_step(config, state, config.batch(data, indices, ()), draws)


def looped(config: Config, scan: Training) -> Callable[[], Losses]:
    """Return what takes the steps of `scan` one by one, dispatched from Python."""
    state = jax.tree.map(jnp.copy, scan.state)

    def loop() -> Losses:
        nonlocal state
        losses = []
        for indices in list(scan.order):
            state, loss = jitted_step(config, state, scan.data, indices, scan.key)
            losses.append(loss)
        stacked = jax.tree.map(lambda *steps: jnp.stack(steps), *losses)
        return jax.block_until_ready((state, stacked))[1]

    return loop


def main(arguments: Arguments) -> None:
    """Check that both ways agree, time them, print and write down."""
    config = replace(TUTORIAL, hidden_dim=arguments.hidden_dim)
    scan = Training(config, arguments.num_steps)
    loop = looped(config, scan)
    scan()
    for name, losses in loop().items():
        np.testing.assert_allclose(losses, scan.losses[name], rtol=1e-3)
    seconds = alternate({"scan": scan, "loop": loop}, arguments.repeats)
    steps = {name: 1e3 * times / arguments.num_steps for name, times in seconds.items()}
    over = ratio(steps["loop"], steps["scan"])
    times = [str(spread_of(steps[name])) for name in ("scan", "loop")]
    rows = [["batch", "scan, ms a step", "loop, ms a step", "loop / scan"]]
    rows.append([str(config.batch_size), *times, str(over)])
    results = {"milliseconds_a_step": steps, "loop_over_scan": over}
    report("scan_vs_loop", rows, {"batch_size": config.batch_size, **results})


if __name__ == "__main__":
    main(tyro.cli(Arguments))
