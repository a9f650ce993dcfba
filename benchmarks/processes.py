"""Scripts as a user starts them: processes of their own, timed line by line."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
"""Where the scripts lie."""

CLASSES = 10


class Line(NamedTuple):
    """A line of output and when it came, in seconds after the start."""

    seconds: float
    text: str


class Finished(NamedTuple):
    """A process that ended well: how long it ran, and what it said."""

    seconds: float
    lines: list[Line]


def environment(cache: Path | None = None) -> dict[str, str]:
    """Return this process's environment, in which compiled programs are kept.

    `cache` is the user's cache folder for this one start; None leaves it as it is.
    """
    kept = {k: v for k, v in os.environ.items() if k != "JAX_COMPILATION_CACHE_DIR"}
    folders = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(folders),
        "PYTHONUNBUFFERED": "1",
        "JAX_ENABLE_COMPILATION_CACHE": "true",
        # Several of these processes may share one accelerator.
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
        **({} if cache is None else {"AAE_CACHE_DIR": str(cache)}),
    }


def run(arguments: Sequence[str], folder: Path, cache: Path) -> Finished:
    """Run Python on `arguments` in `folder` to its end.

    Raises:
      subprocess.CalledProcessError: It failed; holds what it said.
    """
    began, lines = time.perf_counter(), []
    with _started(arguments, folder, environment(cache)) as process:
        for text in _output(process):
            lines.append(Line(time.perf_counter() - began, text.rstrip()))
    seconds = time.perf_counter() - began
    if process.returncode:
        raise _failed(process, [line.text for line in lines])
    return Finished(seconds, lines)


class Stepped:
    """A process that runs only while it is told to, epoch by epoch; POSIX alone.

    A context that ends the process.
    """

    def __init__(self, arguments: Sequence[str], folder: Path):
        self._process = _started(arguments, folder, environment())
        self._process.send_signal(signal.SIGSTOP)

    def __enter__(self) -> "Stepped":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def advance(self) -> None:
        """Let it run until it says that another epoch is finished, and stop it there.

        Raises:
          subprocess.CalledProcessError: It ended before; holds what it said.
        """
        self._process.send_signal(signal.SIGCONT)
        said = []
        for text in _output(self._process):
            if text.startswith("epoch "):
                self._process.send_signal(signal.SIGSTOP)
                return
            said.append(text.rstrip())
        self._process.wait()
        raise _failed(self._process, said)


def random_dataset(path: Path, num_images: int) -> Path:
    """Write as many random pictures of MNIST's shape, and labels, as a .npz file."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (num_images, 28, 28), dtype=np.uint8)
    np.savez(path, images=images, labels=np.arange(num_images) % CLASSES)
    return path


def _started(
    arguments: Sequence[str], folder: Path, variables: Mapping[str, str]
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _output(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def _failed(
    process: subprocess.Popen[str], said: Sequence[str]
) -> subprocess.CalledProcessError:
    print("\n".join(said), file=sys.stderr)
    return subprocess.CalledProcessError(
        process.returncode, process.args, "\n".join(said)
    )
