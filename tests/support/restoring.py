"""Restores runs in a process of its own: `python -m tests.support.restoring RUN ...`.

Where one array cannot be read, Orbax forgets its reads of the others, and the process
hears of them at any time after.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

from aae_jax.core.phases import TrainState
from aae_jax.errors import RunError
from aae_jax.runs.checkpoints import restore_state
from aae_jax.runs.folder import read_config
from tests.support.processes import ROOT, environment


class Outcome(NamedTuple):
    """The fingerprint of the state that was restored, or what was said instead."""

    state: str | None
    said: str | None


def restore_apart(runs: Sequence[Path]) -> list[Outcome]:
    """Restore runs in a process of its own; anything but a RunError fails."""
    command = [sys.executable, "-m", "tests.support.restoring", *map(str, runs)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Outcome(*json.loads(line)) for line in done.stdout.splitlines()]


def fingerprint(state: TrainState) -> str:
    """Return what no two states share."""
    digest = hashlib.sha256(repr(jax.tree.structure(state)).encode())
    for leaf in jax.tree.leaves(state):
        digest.update(np.asarray(leaf).tobytes())
    return digest.hexdigest()


def outcome(run: Path) -> Outcome:
    try:
        return Outcome(fingerprint(restore_state(run, read_config(run))), None)
    except RunError as error:
        return Outcome(None, str(error))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(json.dumps(outcome(Path(name))), flush=True)
