"""The scripts in processes of their own, and what their runs wrote."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from tests.support.results import untimed

ROOT = Path(__file__).parents[2]
SMALL = ("--dataset", "digits", "--hidden-dim", "16", "--checkpoint-seconds", "0")
CONSTANT = (
    *("--schedule", "constant"),
    *("--generator.hold", "0", "--discriminator.hold", "0"),
)


def environment() -> dict[str, str]:
    """Return an environment without network proxies, prepared copies or terminals."""
    kept = {name: value for name, value in os.environ.items() if name != "AAE_DATA_DIR"}
    return {**kept, "PYTHONUNBUFFERED": "1", "JAX_PLATFORMS": "cpu"}


def start(script: str, *flags: object, cwd: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / f"{script}.py"), *map(str, flags)]
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def call(script: str, *flags: object, cwd: Path) -> tuple[int, str, str]:
    """Run a script to its end: status, output and errors."""
    process = start(script, *flags, cwd=cwd)
    output, errors = process.communicate(timeout=300)
    assert "Traceback" not in errors, errors
    return process.returncode, output, errors


def metrics(run: Path) -> list[dict]:
    """Read the metrics of a run but for what a clock measured."""
    lines = (run / "metrics.jsonl").read_text().splitlines()
    return [untimed(json.loads(line)) for line in lines]


def weights(run: Path) -> list[np.ndarray]:
    import jax

    from aae_jax import load_run

    return [np.asarray(leaf) for leaf in jax.tree.leaves(load_run(run)[1])]
