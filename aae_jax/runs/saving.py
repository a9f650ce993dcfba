"""A run that cannot be written on: one line that says why, and how it continues."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aae_jax.errors import SaveError
from aae_jax.runs.folder import sweep_of
from aae_jax.runs.invocation import command

_SYSTEM_ERROR = re.compile(r"os_error_code='(\d+)'")
"""How TensorStore, which writes arrays for Orbax, says what the system said."""


@contextmanager
def saving(run: Path) -> Iterator[None]:
    """Turn what the system says against writing to `run` into a SaveError."""
    try:
        yield
    except SaveError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        found = _SYSTEM_ERROR.search(str(error))
        reason = getattr(error, "strerror", None)
        if found:
            reason = os.strerror(int(found[1]))
        if reason is None:
            raise
        again = command("train", "--run-dir", sweep_of(run), "--resume")
        raise SaveError(
            f"{run} could not be written on ({reason}); the checkpoints that it has "
            f"are kept. Mend that, then continue with: {again}"
        ) from error
