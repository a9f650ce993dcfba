"""Trainings in processes of their own, killed at a moment that is waited for."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from aae_jax.runs.folder import CONFIG, runs_of_sweep
from aae_jax.runs.recorder import LAST_FIGURE

ROOT = Path(__file__).parents[2]
EPOCHS = 4
FLAGS = (
    *("--dataset", "digits", "--recipe", "tutorial", "--latent-dim", "2"),
    *("--hidden-dim", "8", "--batch-size", "128"),
    *("--epochs", str(EPOCHS), "--checkpoint-seconds", "0", "--run-dir", "run"),
)
KINDS = {"one seed": (), "two seeds": ("--num-seeds", "2"), "two processes": ()}

LIMIT = 150
"""Seconds within which a process ends when the other one has died."""

PATIENCE = 900
"""Seconds after which a training is taken to hang."""


class Started(NamedTuple):
    """The processes of one training and what each of them says."""

    processes: list[subprocess.Popen]
    outputs: list[Path]

    @property
    def is_running(self) -> bool:
        """True until all have ended."""
        return any(process.poll() is None for process in self.processes)

    def said(self) -> str:
        """Return what all of them have said so far."""
        return "\n".join(path.read_text(errors="replace") for path in self.outputs)

    def statuses(self, seconds: float = PATIENCE) -> list[int]:
        """Wait for all to end; -9 for those that did not in that time."""
        end = time.monotonic() + seconds
        for process in self.processes:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
        return [process.wait() for process in self.processes]


@contextmanager
def training(folder: Path, kind: str, cache: Path) -> Iterator[Started]:
    """Start a training in a folder, or continue the one there; none survives."""
    argv = [sys.executable, str(ROOT / "train.py")]
    argv += ["--run-dir", "run", "--resume"] if is_made(folder) else FLAGS
    argv += () if is_made(folder) else KINDS[kind]
    count = 2 if kind == "two processes" else 1
    meet = together(count) if count > 1 else [[]]
    environment = {
        **os.environ,
        "AAE_CACHE_DIR": str(cache),
        "JAX_PLATFORMS": "cpu",
        "PYTHONUNBUFFERED": "1",
    }
    start = len(list(folder.glob("said-*")))
    outputs = [folder / f"said-{start + index}" for index in range(count)]
    processes = []
    for flags, output in zip(meet, outputs, strict=True):
        with output.open("wb") as file:
            processes.append(
                subprocess.Popen(
                    [*argv, *flags],
                    cwd=folder,
                    env=environment,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                )
            )
    try:
        yield Started(processes, outputs)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def together(count: int) -> list[list[str]]:
    """Return the flags by which so many processes meet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    meet = ["--coordinator", address, "--num-processes", str(count), "--process-id"]
    return [[*meet, str(index)] for index in range(count)]


def members(folder: Path) -> list[Path]:
    """Return the runs in a folder: one, or one for each seed."""
    run = folder / "run"
    return runs_of_sweep(run) or [run]


def is_made(folder: Path) -> bool:
    """True if there is a run that can be continued."""
    return all((run / CONFIG).exists() for run in members(folder))


Sign = Callable[[Path, str, int], bool]

SIGNS: dict[str, tuple[Sign, float]] = {
    "start": (lambda folder, said, epoch: (folder / "run").exists(), 3.0),
    "epoch": (lambda folder, said, epoch: f"epoch {epoch}/" in said, 0.1),
    "checkpoint": (
        lambda folder, said, epoch: f"epoch {epoch}/" in said and is_saving(folder),
        0.15,
    ),
    "figures": (lambda folder, said, epoch: is_drawing(folder), 1.5),
    "end": (lambda folder, said, epoch: is_drawn(folder), 0.3),
    "resuming": (lambda folder, said, epoch: "continuing run" in said, 0.5),
}
"""By which each moment is known to have begun, and seconds that it takes at most."""


def is_saving(folder: Path) -> bool:
    """True if a checkpoint is being written, or was left so."""
    return any(
        "tmp" in path.name
        for run in members(folder)
        for path in (run / "checkpoints").glob("*")
    )


def is_drawing(folder: Path) -> bool:
    """True from the first figure on."""
    return any((run / "figures").exists() for run in members(folder))


def is_drawn(folder: Path) -> bool:
    """True if all figures are there."""
    return all((run / "figures" / LAST_FIGURE).exists() for run in members(folder))


def killed_at(
    started: Started, folder: Path, moment: str, share: float, victim: int
) -> str | None:
    """Kill a process; returns the moment that was hit, None where it had ended.

    Args:
      started: The training.
      folder: Where it runs.
      moment: One of `SIGNS`.
      share: Of the time that the moment takes, when to kill.
      victim: Which process.
    """
    begins, seconds = SIGNS[moment]
    epoch = 1 + int(share * 97) % EPOCHS
    while started.is_running and not begins(folder, started.said(), epoch):
        time.sleep(0.005)
    time.sleep(share * seconds)
    if not started.is_running:
        return None
    started.processes[victim % len(started.processes)].kill()
    said = started.said()
    if "epoch " not in said.replace("after epoch ", "").replace("at epoch ", ""):
        return "resuming" if moment == "resuming" else "start"
    after: Sequence[tuple[str, bool]] = (
        ("end", is_drawn(folder)),
        ("figures", is_drawing(folder)),
        ("checkpoint", is_saving(folder)),
    )
    return next((name for name, is_it in after if is_it), "epoch")
