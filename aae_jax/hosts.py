"""Many processes as one program: how they meet, decide together and end together.

Every process runs the same script on the same data. What is not an array is decided by
one of them, so that all take the same branch; otherwise they would wait for each other
for ever.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import jax
import numpy as np

from aae_jax.errors import AAEError, RunError

T = TypeVar("T")

_MAX_BYTES = 2**16
"""Room for what the first process tells the others."""


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
      RunError: It is not known how to meet them.
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
    sys.stdout.flush()
    spoken, nothing = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    # The first time the processes speak to each other, a library says so.
    any_process(False)
    if is_first():
        os.dup2(spoken, 1)


def is_first() -> bool:
    """Whether this is the process that prints, draws and writes down."""
    return jax.process_index() == 0


def any_process(*wishes: bool) -> list[bool]:
    """Return for each wish whether any process has it: the same answer everywhere."""
    if jax.process_count() == 1:
        return list(wishes)
    from jax.experimental.multihost_utils import process_allgather

    return np.any(process_allgather(np.array(wishes)), axis=0).tolist()


def first_decides(decide: Callable[[], Any]) -> Any:
    """Return in every process what `decide` returns, or raises, in the first.

    Args:
      decide: Returns what JSON can hold.

    Raises:
      AAEError: The first process raised it; what it says, everywhere.
    """
    if jax.process_count() == 1:
        return decide()
    from jax.experimental.multihost_utils import broadcast_one_to_all

    said, failure = "", None
    if is_first():
        try:
            said = json.dumps({"decided": decide()})
        except (AAEError, OSError) as error:
            said, failure = json.dumps({"failed": str(error)}), error
    padded = np.frombuffer(said.encode().ljust(_MAX_BYTES), np.uint8)
    heard = json.loads(np.asarray(broadcast_one_to_all(padded)).tobytes())
    if "failed" in heard:
        raise failure or RunError(heard["failed"])
    return heard["decided"]


def together(act: Callable[[], T]) -> T:
    """Run `act`, which must not wait for other processes, in each of them.

    Raises:
      AAEError: It failed here, or elsewhere: then all processes end, and none waits.
    """
    failure: Exception | None = None
    try:
        result = act()
    except (AAEError, OSError) as error:
        failure = error
    if any_process(failure is not None) == [False]:
        return result
    raise failure or RunError("another process failed; it says why")


def same_everywhere(what: str, value: str) -> None:
    """Raise a RunError where `value` is not that of the first process."""
    expected = first_decides(lambda: value)

    def check() -> None:
        if value != expected:
            raise RunError(
                f"this process has another {what} than the first one: start all of "
                "them with the same flags and the same data"
            )

    together(check)
