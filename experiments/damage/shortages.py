"""Trainings that run short of disk, rights, open files and locks."""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import jax
import numpy as np

from aae_jax import load_run
from aae_jax.commands import train
from aae_jax.commands.console import MISTAKE
from aae_jax.errors import AAEError
from aae_jax.runs.checkpoints import finished_epochs
from aae_jax.runs.folder import CONFIG, runs_of_sweep
from aae_jax.runs.loading import load_newest
from experiments.damage.files import SMALL

TIMEOUT = 600
"""Seconds after which a process that has not ended counts as hanging."""

ONE_LINE, WENT_ON = "one line, then went on", "trained without"
WELL = (ONE_LINE, WENT_ON)

START = """
import os, resource, sys
from aae_jax.commands import train
from aae_jax.commands.console import run_command
{shortage}
run_command(train.main)
"""
LIMIT = "resource.setrlimit(resource.RLIMIT_{0}, ({1}, {1}))"
MORTAL = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Runs a command of root as somebody to whom rights apply."""


class Shortage(NamedTuple):
    """What a training is short of.

    Attributes:
      name: In words.
      cause: What its one line says, if it ends in one.
      code: What takes it away, in a process of its own.
      fails: What raises an OSError with the number `error`, in this process.
      error: See above.
      mode: Of the run and all in it, while it is trained.
      disk: Bytes of a disk for it, beside what it takes.
      new: Flags of a training that is begun; where there are none, one is resumed.
    """

    name: str
    cause: str
    code: str = ""
    fails: str = ""
    error: int = errno.ENOSPC
    mode: int | None = None
    disk: int | None = None
    new: tuple[str, ...] = ()


NO_SPACE, DENIED = "No space left on device", "Permission denied"
WRITERS = {
    "metrics": "runs.recorder.append_metrics",
    "events": "runs.recorder.EventLog.scalars",
    "a checkpoint": "runs.recorder.save_checkpoint",
    "pictures": "runs.recorder.EventLog.pictures",
    "codes": "runs.recorder.replace_arrays",
    "figures": "plotting.save_figure",
    "the environment": "commands.train.append_environment",
    "the config": "commands.resuming.write_config",
}
SHORTAGES = (
    *(
        Shortage(
            f"disk full while {what} is written", NO_SPACE, fails=f"aae_jax.{name}"
        )
        for what, name in WRITERS.items()
    ),
    Shortage("disk full, a small one", NO_SPACE, disk=150_000),
    Shortage("files of 20 kB at most", "File too large", LIMIT.format("FSIZE", 20_000)),
    Shortage("a folder to be read only", DENIED, mode=0o555),
    Shortage("a folder not to be read", DENIED, mode=0o000),
    *(
        Shortage(
            f"{files} open files and {seeds} seeds",
            "Too many open files",
            LIMIT.format("NOFILE", files),
            new=("--num-seeds", str(seeds)),
        )
        for files, seeds in ((64, 1), (64, 8), (128, 8))
    ),
    Shortage("no locks", "", fails="fcntl.flock", error=errno.ENOLCK),
)


def all_tried(
    folder: Path, shortages: Sequence[Shortage] = SHORTAGES
) -> list[tuple[str, str]]:
    """Try shortages; returns the name of each, and how it ended."""
    sound, goal = folder / "short", folder / "goal"
    train.main([*SMALL, "--epochs", "2", "--run-dir", str(sound)])
    shutil.copytree(sound, goal)
    train.main(more(goal))
    found = []
    for shortage in shortages:
        end = tried(folder, sound, goal, shortage)
        print(f"{shortage.name}: {end}", flush=True)
        found.append((shortage.name, end))
    return found


def more(path: Path) -> list[str]:
    """Return the flags that train the run at `path` on."""
    return ["--resume", "--run-dir", str(path), "--epochs", "4"]


def run(argv: list[str], shortage: Shortage) -> tuple[int, str]:
    """Train short of something; returns the status and the errors."""
    if not shortage.fails:
        start = START.format(shortage=shortage.code)
        above = MORTAL if shortage.mode is not None and os.getuid() == 0 else ()
        command = [*above, sys.executable, "-c", start, *argv]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
        return done.returncode, done.stderr
    lacking = OSError(shortage.error, os.strerror(shortage.error))
    try:
        with patch(shortage.fails, side_effect=lacking):
            return train.main(argv), ""
    except (AAEError, OSError) as error:
        return MISTAKE, f"error: {error}"


def tried(folder: Path, sound: Path, goal: Path, shortage: Shortage) -> str:
    """Try one shortage; returns one of `WELL`, or what went wrong."""
    path = folder / "tried" / "run"
    shutil.rmtree(path.parent, ignore_errors=True)
    with placed(path, shortage, sound):
        argv = more(path)
        if shortage.new:
            argv = [*SMALL, *shortage.new, "--epochs", "2", "--run-dir", str(path)]
        with allowed(path, shortage.mode):
            try:
                status, said = run(argv, shortage)
            except subprocess.TimeoutExpired:
                return "hangs"
        if problem := complaint(status, said, shortage):
            return problem
        least = 0 if shortage.new else 2
        if any(saved(each) < least for each in runs_of_sweep(path) or [path]):
            return "a checkpoint is lost"
        if not status:
            return WENT_ON
        if shortage.disk is not None:
            more_room = ["mount", "-o", "remount,size=1g", str(path.parent)]
            subprocess.run(more_room, check=True)
        if not shortage.new:
            train.main(argv)
        return ONE_LINE if shortage.new or is_same(path, goal) else "another end"


def complaint(status: int, said: str, shortage: Shortage) -> str:
    """Return what is wrong with how a process ended; nothing where it ended well."""
    lines = said.splitlines()
    if status == 0:
        return ""
    is_one = status == 2 and len(lines) == 1 and lines[0].startswith("error: ")
    if not is_one or "Traceback" in said:
        return f"status {status}, {len(lines)} lines: {said[-600:]!r}"
    if shortage.cause not in said:
        return f"says another cause: {said[-400:]!r}"
    return ""


def saved(path: Path) -> int:
    """Return the newest epoch of a run that is read whole; -1 where none is."""
    if not (path / CONFIG).exists():
        return 0
    try:
        epochs = finished_epochs(path)
        return load_newest(path)[0] or 0 if epochs else 0
    except AAEError:
        return -1


def is_same(path: Path, goal: Path) -> bool:
    """Return whether two runs ended with the same parameters, bit for bit."""
    found, meant = (load_run(each)[1] for each in (path, goal))
    return all(jax.tree.leaves(jax.tree.map(np.array_equal, found, meant)))


@contextlib.contextmanager
def placed(path: Path, shortage: Shortage, sound: Path) -> Iterator[None]:
    """Put a copy of the sound run where it is tried, on a small disk if so asked."""
    path.parent.mkdir()
    is_small = shortage.disk is not None
    if shortage.disk is not None:
        size = sum(file.stat().st_size for file in sound.rglob("*")) + shortage.disk
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(path.parent)]
        subprocess.run(mount, check=True)
    try:
        if not shortage.new:
            shutil.copytree(sound, path)
        yield
    finally:
        if is_small:
            subprocess.run(["umount", str(path.parent)], check=True)


@contextlib.contextmanager
def allowed(path: Path, mode: int | None) -> Iterator[None]:
    """Give a run and all in it these rights, and its own afterwards."""
    if mode is None:
        yield
        return
    inside = [path, *path.rglob("*")]
    before = {each: each.stat().st_mode for each in inside}
    for each in reversed(inside):
        each.chmod(mode)
    try:
        yield
    finally:
        for each in inside:
            each.chmod(before[each])
