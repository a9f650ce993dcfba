"""One process a run at a time."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from aae_jax.errors import RunError

LOCK = ".lock"
"""The file in a run directory that whoever trains there locks; it may stay behind."""


@contextmanager
def holding(*runs: Path) -> Iterator[None]:
    """Keep other processes from training in these directories until the block ends.

    A file system without locks lets everyone in, and a line says so.

    Raises:
      RunError: Another process trains in one of them.
    """
    with ExitStack() as held:
        for run in runs:
            try:
                held.enter_context(FileLock(run / LOCK, blocking=False))
            except Timeout as error:
                raise RunError(
                    f"{run} is being trained by another process: wait until it ends, "
                    "or stop it with Ctrl-C"
                ) from error
            except (OSError, NotImplementedError) as error:
                print(
                    f"{run} cannot be locked ({error}): see that nobody else trains "
                    "there"
                )
        yield
