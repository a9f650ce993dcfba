"""Several processes as one program: how they meet, decide and end together.

Every process runs the same script on the same data, in stages between which they meet.
What is not an array is decided by one of them, so that all take the same branch;
otherwise they would wait for each other for ever.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

import jax
import numpy as np

from aae_jax.engine.devices import check_devices
from aae_jax.errors import AAEError, LostError, RunError

T = TypeVar("T")

_MAX_BYTES = 2**16
"""Room for what the first process tells the others."""

_LOST = re.compile(
    r"gloo|nccl|connection|coordination|heartbeat|barrier", re.IGNORECASE
)
"""What JAX speaks of where another process does not answer any more."""


class Cluster(NamedTuple):
    """How the processes find each other; what is None is found as JAX finds it.

    Attributes:
      coordinator: HOST:PORT where process 0 listens.
      num_processes: How many there are.
      process_id: Which of them this is, from 0.
    """

    coordinator: str | None = None
    num_processes: int | None = None
    process_id: int | None = None


def join(cluster: Cluster) -> None:
    """Meet the other processes; before any array is made.

    What a person reads on standard output comes from the first process alone. Where the
    others do not come in five minutes, JAX ends this one.

    Raises:
      ConfigError: JAX cannot use its devices.
      RunError: It is not known how to meet the others.
    """
    if cluster.coordinator and not cluster.process_id:
        count = cluster.num_processes or "the"
        print(f"waiting for {count} processes at {cluster.coordinator}", flush=True)
    try:
        jax.distributed.initialize(*cluster)
    except (RuntimeError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise RunError(
            f"the processes do not meet ({reason}): start every one with the same "
            "--coordinator HOST:PORT and --num-processes, and a --process-id of its "
            "own, or with --distributed alone where JAX knows the cluster"
        ) from error
    check_devices()
    _silence_all_but_the_first()


def _silence_all_but_the_first() -> None:
    sys.stdout.flush()
    spoken, nothing = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    # The first time the processes speak to each other, a library says so.
    any_process(False)
    if is_first():
        os.dup2(spoken, 1)


@contextmanager
def noticing_losses() -> Iterator[None]:
    """Turn what JAX raises where another process has ended into a LostError.

    It does so at once where the connection breaks. Where a machine only falls silent,
    JAX misses its heartbeats after 100 seconds and ends this process itself.
    """
    try:
        yield
    except AAEError:
        raise
    except (RuntimeError, ValueError) as error:
        if jax.process_count() == 1 or not _LOST.search(str(error)):
            raise
        reason = str(error).strip().splitlines()[0][:200]
        raise LostError(
            f"another process has ended, and this one ends with it ({reason}): see "
            "what the other one said, then start all of them again with --resume"
        ) from error


def is_first() -> bool:
    """Return whether this is the process that prints, draws and writes down."""
    return jax.process_index() == 0


def any_process(*wishes: bool) -> list[bool]:
    """Return for each wish whether any process has it: the same answer everywhere."""
    if jax.process_count() == 1:
        return list(wishes)
    from jax.experimental.multihost_utils import process_allgather

    return np.any(process_allgather(np.array(wishes)), axis=0).tolist()


def together(stage: Callable[[], T]) -> T:
    """Run a stage in every process and meet at its end; returns its value here.

    Args:
      stage: Must not wait for other processes.

    Raises:
      AAEError: It failed here, or elsewhere: then all processes end, and none waits.
    """
    failure: Exception | None = None
    try:
        value = stage()
    except (AAEError, OSError) as error:
        failure = error
    if any_process(failure is not None) == [False]:
        return value
    raise failure or RunError("another process failed; it says why")


def first_decides(stage: Callable[[], T]) -> T:
    """Run a stage in the first process; returns its value in every one.

    Args:
      stage: Returns what JSON can hold, and must not wait for other processes.

    Raises:
      AAEError: It failed there: then all processes end, and the first one says why.
    """
    if jax.process_count() == 1:
        return stage()
    from jax.experimental.multihost_utils import broadcast_one_to_all

    said = together(lambda: json.dumps(stage()) if is_first() else "")
    padded = np.frombuffer(said.encode().ljust(_MAX_BYTES), np.uint8)
    return json.loads(np.asarray(broadcast_one_to_all(padded)).tobytes())


def same_everywhere(what: str, value: str) -> None:
    """Check that `value`, of what is called so, is the same in every process.

    Raises:
      RunError: It is not that of the first process, here or elsewhere.
    """
    expected = first_decides(lambda: value)

    def check() -> None:
        if value != expected:
            raise RunError(
                f"this process has another {what} than the first one: start all of "
                "them with the same flags and the same data"
            )

    together(check)
