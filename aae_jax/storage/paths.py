"""Paths as their users mean them."""

import re
from pathlib import Path

from aae_jax.errors import PathError

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""How an address begins, also where `Path` made one slash of two; no drive letter."""


def user_path(given: str | Path) -> Path:
    """Return a path with the home that its ~ stands for.

    Raises:
      PathError: It is an address, as in gs://, or nobody knows that home.
    """
    if _ADDRESS.match(str(given)):
        raise PathError(
            f"{given} is an address, and only paths on this machine can be read and "
            "written: mount or copy what lies there, and name its path"
        )
    try:
        return Path(given).expanduser()
    except RuntimeError as error:
        raise PathError(
            f"{given} begins with a home that is not known: write the whole path, or "
            "set HOME"
        ) from error
