"""Where the package keeps what it can make again."""

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Return the user's cache of this package; AAE_CACHE_DIR names another one."""
    chosen = os.environ.get("AAE_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return platformdirs.user_cache_path("aae-jax", appauthor=False)
