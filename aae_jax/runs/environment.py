"""What a run ran on: versions, devices and the commit, for whoever repeats it."""

import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from aae_jax import __version__

PACKAGES = ("jax", "jaxlib", "flax", "optax", "orbax-checkpoint", "numpy")


def describe_environment() -> dict[str, Any]:
    """Return command, versions, devices, settings and commit, as JSON can hold them."""
    import jax

    return {
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {
            "aae-jax": __version__,
            **{name: _version(name) for name in PACKAGES},
        },
        "devices": [
            f"{device.platform}: {device.device_kind}" for device in jax.devices()
        ],
        "settings": {
            name: value
            for name, value in sorted(os.environ.items())
            if name.startswith(("JAX_", "XLA_"))
        },
        "git_commit": _git_commit(),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _git_commit() -> str | None:
    """Return the commit of the source tree, "-dirty" where it was changed since."""
    source = Path(__file__).resolve().parent.parent.parent
    if not (source / ".git").exists():
        return None
    describe = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(
            describe, cwd=source, capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None
