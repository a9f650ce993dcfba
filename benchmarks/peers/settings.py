"""Which settings a peer is tried with, that it agrees with us, and which is best."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from aae_jax.errors import AAEError
from benchmarks.peers.problem import Array
from benchmarks.peers.processes import PeerProcess, UnavailableError
from benchmarks.peers.protocol import Task

TOLERANCES = {"float32": 1e-4, "tf32": 2e-2}
"""Largest relative difference of the losses in the steps that all follow."""


class Peer(NamedTuple):
    """A peer, and how it may compile on either device."""

    title: str
    module: str
    cpu_modes: tuple[str, ...] = ("",)
    gpu_modes: tuple[str, ...] = ("",)


PEERS = {
    "torch": Peer("PyTorch eager, fused Adam", "benchmarks.peers.torch_step"),
    "torch_compiled": Peer(
        "PyTorch compiled, fused Adam",
        "benchmarks.peers.torch_step",
        cpu_modes=("default",),
        gpu_modes=("default", "reduce-overhead"),
    ),
    "tensorflow": Peer(
        "TensorFlow graph, three session.run", "benchmarks.peers.tensorflow_step"
    ),
}
"""Every peer by name."""


class Chosen(NamedTuple):
    """A peer with the best of its settings, and how far its losses are from ours."""

    process: PeerProcess
    difference: float


class DisagreementError(AAEError):
    """A peer that computes something else, so that its time would mean nothing."""


def tasks_of(peer: Peer, problem: Path, device: str, precision: str) -> list[Task]:
    """Return what a peer is tried with: numbers of threads on a CPU, and modes."""
    cores = num_cores()
    powers = [2**power for power in range(cores.bit_length()) if 2**power < cores]
    counts, modes = [*powers, cores], peer.cpu_modes
    if device == "gpu":
        counts, modes = [cores], peer.gpu_modes
    return [
        Task(peer.module, str(problem), threads, device, precision, mode)
        for mode in modes
        for threads in counts
    ]


def num_cores() -> int:
    """Return how many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def setting_of(task: Task) -> str:
    """Return the setting that was best, in words."""
    threads = f"{task.threads} thread{'s' if task.threads > 1 else ''}"
    return ", ".join(filter(None, ["" if task.device == "gpu" else threads, task.mode]))


def choose(
    python: Path, tasks: Sequence[Task], expected: Array, num_steps: int
) -> Chosen:
    """Start a peer with each of its settings and keep the fastest, ready to be asked.

    Raises:
      UnavailableError: It runs with none of them; says why the first did not.
      DisagreementError: Its losses are not `expected` [steps, 3].
    """
    chosen: Chosen | None = None
    fastest, reasons = np.inf, []
    for task in tasks:
        try:
            candidate, seconds = tried(python, task, expected, num_steps)
        except UnavailableError as error:
            reasons.append(error)
            continue
        slower = candidate if seconds >= fastest else chosen
        if seconds < fastest:
            chosen, fastest = candidate, seconds
        if slower is not None:
            slower.process.close()
    if chosen is None:
        raise reasons[0]
    return chosen


def tried(
    python: Path, task: Task, expected: Array, num_steps: int
) -> tuple[Chosen, float]:
    """Return a peer that agrees with us, and its seconds for so many steps."""
    process = PeerProcess(python, task)
    difference = difference_of(process.losses(), expected)
    if not difference <= TOLERANCES[task.precision]:
        process.close()
        raise DisagreementError(
            f"{process.version} computes other losses than ours, by up to "
            f"{difference:.1g} of them: nothing is timed until both do the same"
        )
    process.seconds(num_steps)
    seconds = min(process.seconds(num_steps) for _ in range(2))
    return Chosen(process, difference), seconds


def difference_of(losses: Array, expected: Array) -> float:
    """Return the largest relative difference of losses [steps, 3]."""
    return float(np.max(np.abs(losses / expected - 1)))
