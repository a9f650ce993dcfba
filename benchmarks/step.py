"""The training step beside the same mathematics in PyTorch and TensorFlow.

    python -m benchmarks.step --peer-python PATH

Before anything is timed, every peer follows the first ten steps from the same weights
on the same images and samples, and its losses must agree. Then each runs with the best
of its settings, in turn with our scanned epoch, on the device that JAX uses. PATH is
the Python of an environment with the extra `bench`.
"""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

import jax
import numpy as np
import tyro

from aae_jax.algorithms.recipes import TUTORIAL
from aae_jax.commands.console import run_command
from aae_jax.errors import ConfigError
from benchmarks.measuring import Spread, Ways, alternate, ratio, report, spread_of
from benchmarks.peers.ours import Ours, tutorial
from benchmarks.peers.processes import UnavailableError
from benchmarks.peers.settings import PEERS, Chosen, choose, setting_of, tasks_of

REST = 0.3
"""Seconds between turns, in which the threads of the last one fall asleep."""

OURS = "ours: the scanned epoch"
HEADER = ["batch", "step", "setting", "losses within", "ms a step", "over ours"]


@dataclass(frozen=True)
class Arguments:
    """Time the training step against PyTorch and TensorFlow."""

    peer_python: Path = Path(sys.executable)
    """Python of the environment that has torch and tensorflow."""

    peers: tuple[Literal["torch", "torch_compiled", "tensorflow"], ...] = (
        "torch",
        "torch_compiled",
        "tensorflow",
    )
    """Whom to compare with."""

    batch_sizes: tuple[int, ...] = (100, 1000)
    """Images in a batch."""

    hidden_dim: int = TUTORIAL.hidden_dim
    """Width of the networks."""

    num_images: int | None = None
    """Images in a timed turn; without it 4,000 on a CPU and 200,000 on a GPU."""

    repeats: int = 7
    """Timed rounds; medians are reported."""

    precision: Literal["float32", "tf32"] = "float32"
    """How a GPU multiplies, here and in the peers."""


class Place(NamedTuple):
    """Where all run: cpu or gpu, and how many images a turn has there."""

    device: str
    num_images: int


class Entry(NamedTuple):
    """One implementation at one batch size; without times, `setting` says why."""

    title: str
    version: str
    setting: str
    difference: float | None = None
    milliseconds: Spread | None = None
    over_ours: Spread | None = None


def prepare(arguments: Arguments) -> Place:
    """Set JAX to the precision, and return where it runs.

    Raises:
      ConfigError: tf32 without a GPU.
    """
    # The peers need memory of the same GPU.
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    on_gpu = jax.default_backend() == "gpu"
    if arguments.precision == "tf32" and not on_gpu:
        raise ConfigError("--precision tf32 is a GPU's: leave it out on this machine")
    precision = {"float32": "float32", "tf32": "tensorfloat32"}[arguments.precision]
    jax.config.update("jax_default_matmul_precision", precision)
    num_images = arguments.num_images or (200_000 if on_gpu else 4_000)
    return Place("gpu" if on_gpu else "cpu", num_images)


def compare(arguments: Arguments, place: Place, batch_size: int) -> list[Entry]:
    """Compare all at one batch size, ours first."""
    num_steps = max(1, place.num_images // batch_size)
    ours = Ours(tutorial(batch_size, arguments.hidden_dim), num_steps)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        peers = started(arguments, place, ours, num_steps, Path(folder))
        turns = {
            title: partial(peer.process.seconds, num_steps)
            for title, peer in peers.items()
            if isinstance(peer, Chosen) and stack.enter_context(peer.process)
        }
        ways: Ways = {OURS: ours.seconds, **turns}
        seconds = alternate(ways, arguments.repeats, REST)
    times = {title: 1e3 * value / num_steps for title, value in seconds.items()}
    first = Entry(OURS, ours.version, "", milliseconds=spread_of(times[OURS]))
    return [first, *(entry_of(title, peer, times) for title, peer in peers.items())]


def started(
    arguments: Arguments, place: Place, ours: Ours, num_steps: int, folder: Path
) -> dict[str, Chosen | UnavailableError]:
    """Return each peer by its title, at its best and ready, or why it cannot run."""
    problem, expected = folder / "problem.npz", ours.losses()
    ours.problem().save(problem)
    peers: dict[str, Chosen | UnavailableError] = {}
    for peer in (PEERS[name] for name in arguments.peers):
        tasks = tasks_of(peer, problem, place.device, arguments.precision)
        try:
            peers[peer.title] = choose(
                arguments.peer_python, tasks, expected, num_steps
            )
        except UnavailableError as error:
            peers[peer.title] = error
    return peers


def entry_of(
    title: str, peer: Chosen | UnavailableError, times: Mapping[str, np.ndarray]
) -> Entry:
    """Return what was measured of a peer, milliseconds a step [repeats]."""
    if isinstance(peer, UnavailableError):
        return Entry(title, "", str(peer))
    return Entry(
        title,
        peer.process.version,
        setting_of(peer.process.task),
        peer.difference,
        spread_of(times[title]),
        ratio(times[title], times[OURS]),
    )


def row_of(batch_size: int, entry: Entry) -> list[str]:
    """Return one row of the table."""
    version = f" ({entry.version})" if entry.version else ""
    difference = "" if entry.difference is None else f"{entry.difference:.1g}"
    return [
        f"{batch_size:,}",
        entry.title + version,
        entry.setting,
        difference,
        str(entry.milliseconds or ""),
        str(entry.over_ours or ""),
    ]


def main(argv: Sequence[str]) -> int:
    """Compare, batch size by batch size, print and write down."""
    arguments = tyro.cli(Arguments, args=argv)
    place, rows, results = prepare(arguments), [HEADER], []
    for batch_size in arguments.batch_sizes:
        for entry in compare(arguments, place, batch_size):
            rows.append(row_of(batch_size, entry))
            results.append({"batch_size": batch_size, **entry._asdict()})
    settings = {"hidden_dim": arguments.hidden_dim, "precision": arguments.precision}
    report("step", rows, {**settings, "entries": results})
    return 0


if __name__ == "__main__":
    run_command(main)
