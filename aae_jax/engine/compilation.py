"""Compiled programs, kept in the user's cache folder for the next start."""

import builtins
import os
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from aae_jax.storage.folders import cache_folder

MAX_BYTES = 2**29
"""JAX drops the least recently used programs beyond this."""

_TROUBLE = re.compile(
    r"Error (read|writ)ing persistent compilation cache entry for '(\w+)[^']*': (\w+)"
)
"""What JAX warns of: the name of a program, and that of an exception."""


def compiled_folder() -> Path:
    """Return where compiled programs are kept."""
    return cache_folder() / "compiled"


def keep_compiled() -> None:
    """Let JAX keep its compiled programs, unless the user has decided otherwise.

    They are executable code, so a folder that somebody else may write to is not used.
    JAX's own settings win: JAX_COMPILATION_CACHE_DIR names another folder,
    JAX_ENABLE_COMPILATION_CACHE=false keeps nothing.
    """
    import jax

    folder, settings = compiled_folder(), cast(Any, jax.config)
    is_decided = settings.jax_compilation_cache_dir is not None
    if is_decided or not settings.jax_enable_compilation_cache:
        return
    if not _is_private(folder):
        return
    settings.update("jax_compilation_cache_dir", str(folder))
    settings.update("jax_compilation_cache_max_size", MAX_BYTES)
    settings.update("jax_persistent_cache_min_compile_time_secs", 0.05)
    warnings.showwarning = _shown_plainly(warnings.showwarning, folder)


def _is_private(folder: Path) -> bool:
    """Make the folder where it is missing; True if only this user may write to it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError:
        return False
    if os.name != "posix":
        return True
    return found.st_uid == os.getuid() and not found.st_mode & 0o022


def _shown_plainly(show: Callable[..., None], folder: Path) -> Callable[..., None]:
    """Wrap `warnings.showwarning`: a damaged program is one line, and removed.

    Of a cache that cannot be used nothing is said: programs are compiled as without.
    """

    def shown(message: Warning | str, *where: Any, **more: Any) -> None:
        trouble = _TROUBLE.match(str(message))
        if trouble is None:
            return show(message, *where, **more)
        what, program, error = trouble.groups()
        if what == "read" and _is_damage(error):
            for path in folder.glob(f"{program}-*"):
                path.unlink(missing_ok=True)
            print(f"compiling {program} anew: the kept program is damaged")
        return None

    return shown


def _is_damage(error: str) -> bool:
    """Return whether an exception of that name means that the file itself is bad.

    A file that cannot be opened, or locked (`Timeout` of filelock), may be whole, and
    so may one for which there was no memory.
    """
    kind = getattr(builtins, error, Exception)
    is_innocent = issubclass(kind, OSError | NotImplementedError | MemoryError)
    return error != "Timeout" and not is_innocent
