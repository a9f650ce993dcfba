"""Which devices a run uses, and where its arrays lie on them.

Data parallelism is a property of the arguments: state and data are everywhere, and the
batch axis of the epoch's order is sharded. Nothing in training knows about it.
"""

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

from aae_jax.errors import ConfigError

AXIS = "data"
"""The one axis of a mesh."""

MAX_CPU_DEVICES = 256
"""As many as one CPU poses as; to make more takes long and serves nobody."""


def request_devices(num_devices: int, num_processes: int = 1) -> None:
    """Have the CPU pose as that many devices, should it be what JAX runs on.

    Before any array is made.
    """
    own = num_devices // num_processes
    jax.config.update("jax_num_cpu_devices", min(max(1, own), MAX_CPU_DEVICES))


def check_devices() -> None:
    """Check that JAX finds devices: the first question a command asks of it.

    Raises:
      ConfigError: JAX cannot use any.
    """
    _devices()


def make_mesh(asked: int | None, divided: int, what: str) -> Mesh:
    """Return a mesh of the devices that share `divided` items evenly.

    Args:
      asked: Number of devices over all processes. None is as many accelerators as
        share evenly, and on a CPU one a process.
      divided: Number of items: of the images in a batch, or of seeds.
      what: Their name on the command line, without dashes.

    Raises:
      ConfigError: There are not so many devices, or they do not share evenly, or JAX
        cannot use any.
    """
    available = _devices()
    count = _default_count(divided) if asked is None else asked
    _check_count(count, divided, what, available)
    own = _from_each_process(available, count // jax.process_count())
    return Mesh(np.array(own), (AXIS,), axis_types=(AxisType.Auto,))


def everywhere(mesh: Mesh) -> NamedSharding:
    """Return the sharding of what every device holds whole."""
    return NamedSharding(mesh, P())


def sharded_along(mesh: Mesh, axis: int) -> NamedSharding:
    """Return the sharding of arrays whose `axis` is shared among the devices."""
    return NamedSharding(mesh, P(*[None] * axis, AXIS))


def put(array: np.ndarray, sharding: NamedSharding) -> jax.Array:
    """Copy a host array, the same in every process, to where its sharding says."""
    return jax.make_array_from_callback(array.shape, sharding, lambda part: array[part])


def put_everywhere(tree: Any, mesh: Mesh) -> Any:
    """Copy the host arrays of a tree, the same in every process, to all devices."""
    return jax.tree.map(lambda array: put(array, everywhere(mesh)), tree)


def on_host(array: jax.Array) -> np.ndarray:
    """Return the whole of an array, whichever process holds its parts."""
    if array.is_fully_addressable:
        return np.asarray(array)
    from jax.experimental.multihost_utils import process_allgather

    return np.asarray(process_allgather(array, tiled=True))


def local_copy(tree: Any) -> Any:
    """Return what every device holds whole as arrays on one of this process's own."""
    return jax.tree.map(lambda leaf: leaf.addressable_data(0), tree)


def _devices() -> list[jax.Device]:
    try:
        return jax.devices()
    except (RuntimeError, AssertionError) as error:
        reason = (str(error).strip() or "none of that kind").splitlines()[0]
        raise ConfigError(
            f"JAX cannot use its devices ({reason}): see what JAX_PLATFORMS asks for, "
            "and whether jax is installed for it"
        ) from error


def _check_count(
    count: int, divided: int, what: str, available: Sequence[jax.Device]
) -> None:
    if count > len(available):
        raise ConfigError(
            f"--devices is {count}, but JAX finds {len(available)} "
            f"({available[0].device_kind}): choose --devices {len(available)} or less"
        )
    processes = jax.process_count()
    if count % processes:
        raise ConfigError(
            f"--devices is {count}, which {processes} processes cannot share evenly: "
            f"choose a multiple of {processes}"
        )
    if divided % count:
        raise ConfigError(_uneven(count, divided, what, processes))


def _default_count(divided: int) -> int:
    processes = jax.process_count()
    if jax.default_backend() == "cpu":
        return processes
    counts = range(jax.device_count(), 0, -1)
    fitting = (n for n in counts if divided % n == 0 and n % processes == 0)
    return next(fitting, processes)


def _from_each_process(devices: Sequence[jax.Device], count: int) -> list[jax.Device]:
    """Take the first `count` devices of every process."""
    own: dict[int, list[jax.Device]] = {}
    for device in devices:
        own.setdefault(device.process_index, []).append(device)
    return [device for _, some in sorted(own.items()) for device in some[:count]]


def _uneven(count: int, divided: int, what: str, processes: int) -> str:
    lower, upper = divided // count * count, -(-divided // count) * count
    sizes = f"--{what} {upper}" if not lower else f"--{what} {lower} or {upper}"
    fewer = [n for n in range(processes, count, processes) if divided % n == 0]
    return (
        f"--{what} is {divided}, which {count} devices cannot share evenly: choose "
        f"{sizes}" + (f", or --devices {fewer[-1]}" if fewer else "")
    )
