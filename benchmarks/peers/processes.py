"""The processes of peers, seen from outside."""

import json
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from aae_jax.errors import AAEError
from benchmarks.peers.protocol import Task

ROOT = Path(__file__).resolve().parent.parent.parent
"""Where `benchmarks` lies, which a peer's process imports."""

PATIENCE = 20
"""Seconds until a process that should end is ended."""


class UnavailableError(AAEError):
    """A peer that cannot run here: says why, in a few words, and what to do."""


class PeerProcess:
    """A peer in a process of its own; ends with the `with` block.

    Between requests it waits for a line and uses no processor.

    Raises:
      UnavailableError: Its library is not installed, or cannot do the task.
    """

    def __init__(self, python: Path, task: Task):
        self.task = task
        # Open for as long as the process lives; `close` closes it.
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        command = [str(python), "-m", "benchmarks.peers.worker"]
        try:
            self._process = subprocess.Popen(
                [*command, json.dumps(task._asdict())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                text=True,
                cwd=ROOT,
                env=_environment(task),
            )
        except OSError as error:
            self._errors.close()
            raise UnavailableError(
                f"--peer-python {python} does not start ({error.strerror}): name the "
                "Python of an environment that has the extra `bench`"
            ) from None
        self.version: str = self._answer()["version"]

    def __enter__(self) -> "PeerProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def losses(self) -> np.ndarray:
        """Return the losses [steps, 3] of the steps whose samples the problem gives."""
        return np.array(self._ask(follow=True)["losses"])

    def seconds(self, num_steps: int) -> float:
        """Return how long the peer says that so many steps took."""
        return float(self._ask(run=num_steps)["seconds"])

    def close(self) -> None:
        """End the process: no more requests come."""
        try:
            self._process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._errors.close()

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        # A process that has ended answers with its last words.
        with suppress(BrokenPipeError):
            print(json.dumps(request), file=self._process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"failed": self._last_words()}
        if "missing" in answer:
            self.close()
            raise UnavailableError(
                f"not installed ({answer['missing']}): install the extra `bench` and "
                "name its Python with --peer-python"
            )
        if "failed" in answer:
            self.close()
            raise UnavailableError(f"failed: {answer['failed']}")
        return dict(answer)

    def _last_words(self) -> str:
        status = self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().strip().splitlines()
        return lines[-1] if lines else f"its process ended with status {status}"


def _environment(task: Task) -> dict[str, str]:
    threads = str(task.threads)
    return {
        **os.environ,
        "OMP_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
