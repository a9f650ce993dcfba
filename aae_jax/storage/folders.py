"""Where the package keeps what it can make again."""

import os
from pathlib import Path

import platformdirs

from aae_jax.storage.paths import user_path

NOWHERE = Path(os.devnull)
"""What is looked for below is not found, and writing there is an OSError."""


def cache_folder() -> Path:
    """Return the user's cache of this package; AAE_CACHE_DIR names another one.

    A folder that cannot be where the user has no home.
    """
    chosen = os.environ.get("AAE_CACHE_DIR")
    if chosen:
        return user_path(chosen).absolute()
    try:
        return platformdirs.user_cache_path("aae-jax", appauthor=False)
    except RuntimeError:
        return NOWHERE / "aae-jax"
