"""Trainings in processes of their own, killed at a moment that is waited for."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from aae_jax.runs.folder import CONFIG, runs_of_sweep
from aae_jax.runs.recorder import LAST_FIGURE

SCRIPT = Path(__file__).parents[2] / "train.py"
EPOCHS = 4
FLAGS = (
    *("--dataset", "digits", "--recipe", "tutorial", "--latent-dim", "2"),
    *("--hidden-dim", "8", "--batch-size", "128", "--epochs", str(EPOCHS)),
)
KINDS = {"one seed": (), "two seeds": ("--num-seeds", "2"), "two processes": ()}
MOMENTS = {
    "start": 3.0,
    "resuming": 0.5,
    "epoch": 0.03,
    "checkpoint": 0.15,
    "figures": 1.5,
    "end": 0.3,
}
"""What may be going on, in order, and seconds within which it is killed."""


class Started(NamedTuple):
    """The processes of one training and the file where they say what they do."""

    processes: list[subprocess.Popen]
    output: Path

    @property
    def is_running(self) -> bool:
        """True until all have ended."""
        return any(process.poll() is None for process in self.processes)

    def said(self) -> str:
        """Return what they have said so far."""
        return self.output.read_text(errors="replace")

    def statuses(self, seconds: float = 900) -> list[int]:
        """Wait for all to end; -9 for those that did not in that time."""
        end = time.monotonic() + seconds
        while self.is_running and time.monotonic() < end:
            time.sleep(0.1)
        for process in self.processes:
            process.kill()
        return [process.wait() for process in self.processes]


@contextmanager
def training(folder: Path, kind: str, cache: Path) -> Iterator[Started]:
    """Start a training in a folder, or continue the one there; none survives."""
    runs = members(folder)
    is_made = all((run / CONFIG).exists() for run in runs)
    flags = ["--run-dir", "run", "--checkpoint-seconds", "0"]
    flags += ["--resume"] if is_made else [*FLAGS, *KINDS[kind]]
    own = {"AAE_CACHE_DIR": str(cache), "JAX_PLATFORMS": "cpu", "PYTHONUNBUFFERED": "1"}
    output = folder / f"said-{len(list(folder.glob('said-*')))}"
    with output.open("ab") as file:
        processes = [
            subprocess.Popen(
                [sys.executable, str(SCRIPT), *flags, *meet],
                cwd=folder,
                env={**os.environ, **own},
                stdout=file,
                stderr=subprocess.STDOUT,
            )
            for meet in meeting(2 if kind == "two processes" else 1)
        ]
    started = Started(processes, output)
    try:
        yield started
    finally:
        started.statuses(seconds=0)


def meeting(count: int) -> list[list[str]]:
    """Return the flags by which so many processes meet."""
    if count == 1:
        return [[]]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    meet = ["--coordinator", address, "--num-processes", str(count), "--process-id"]
    return [[*meet, str(index)] for index in range(count)]


def members(folder: Path) -> list[Path]:
    """Return the runs in a folder: one, or one for each seed."""
    return runs_of_sweep(folder / "run") or [folder / "run"]


def seen(folder: Path, said: str, epoch: int = 1) -> list[str]:
    """Return which of `MOMENTS` have begun, from that epoch on."""
    drawn = [run / "figures" / LAST_FIGURE for run in members(folder)]
    saving = [run.glob("checkpoints/*tmp*") for run in members(folder)]
    is_past, is_saving = f"epoch {epoch}/" in said, any(map(any, saving))
    begun = {
        "start": (folder / "run").exists(),
        "resuming": "continuing run" in said or "starting at epoch 0" in said,
        "epoch": is_past and not is_saving,
        "checkpoint": is_past and is_saving,
        "figures": is_past and any(path.parent.exists() for path in drawn),
        "end": is_past and all(path.exists() for path in drawn),
    }
    return [moment for moment in MOMENTS if begun[moment]]


def killed_at(
    started: Started, folder: Path, moment: str, share: float, victim: int
) -> str | None:
    """Kill a process; returns the moment that was hit, None where it had ended.

    Args:
      started: The training.
      folder: Where it runs.
      moment: To wait for, one of `MOMENTS`.
      share: Of its seconds, to wait then; it also decides after which epoch.
      victim: Which process.
    """
    epoch = 1 + int(share * 97) % EPOCHS
    while started.is_running and moment not in seen(folder, started.said(), epoch):
        time.sleep(0.005)
    time.sleep(share * MOMENTS[moment])
    if not started.is_running:
        return None
    started.processes[victim % len(started.processes)].kill()
    return ["start", *seen(folder, started.said())][-1]
