"""Train twice by the same command and compare: the same bits on the same machine.

    python -m experiments.reproduced [FLAGS of train.py]

Parameters and optimizer states, metrics but for times, events, figures and codes. The
status is 1 where they differ; docs/guides/runs.md says what is promised.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from aae_jax.commands.console import run_command
from experiments.kills.compared import differences

FLAGS = ("--dataset", "digits", "--epochs", "20")
"""What is trained where nothing else is asked for."""


def main(argv: Sequence[str]) -> int:
    """Train, compare and say; returns 1 where the runs differ."""
    flags = [*(argv or FLAGS)]
    with tempfile.TemporaryDirectory() as folder:
        runs = [Path(folder, name) for name in ("one", "two")]
        for run in runs:
            command = [sys.executable, "train.py", *flags, "--run-dir", str(run)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        unlike = differences(*runs)
    asked = f"train.py {' '.join(flags)}, twice"
    print(f"{asked}: {', '.join(unlike) if unlike else 'the same bits'}")
    return int(bool(unlike))


if __name__ == "__main__":
    run_command(main)
