"""How the images of an epoch reach the devices: once for all, or chunk after chunk."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

import jax
import numpy as np
from jax.sharding import Mesh

from aae_jax.data import Dataset
from aae_jax.engine.devices import (
    everywhere,
    on_host,
    put,
    put_everywhere,
    sharded_along,
)

CHUNK_SHARE = 0.25
"""Of an accelerator's memory, for one of the two chunks that it holds at most."""

Chunk = tuple[Any, Any]
"""A Dataset on the devices, and the order [steps, B] of steps that use no others."""


class Feed(Protocol):
    """Brings the images of an epoch to the devices."""

    def chunks(self, order: jax.Array) -> Iterator[Chunk]:
        """Yield the epoch in chunks, which are trained on one after the other."""

    def shapes(self, order: jax.Array) -> list[Chunk]:
        """Return one chunk of each shape, perhaps abstract, for compiling ahead."""


class Resident(NamedTuple):
    """The whole training set, on the devices all the time."""

    data: Dataset

    def chunks(self, order: jax.Array) -> Iterator[Chunk]:
        """Yield the epoch as one chunk."""
        yield self.data, order

    def shapes(self, order: jax.Array) -> list[Chunk]:
        """Return that chunk."""
        return [(self.data, order)]


class Streamed(NamedTuple):
    """A training set larger than a device, of which it holds two chunks at most.

    Attributes:
      data: On the host, perhaps memory-mapped.
      mesh: The devices.
      num_steps: Steps of one chunk, at most.
    """

    data: Dataset
    mesh: Mesh
    num_steps: int

    def chunks(self, order: jax.Array) -> Iterator[Chunk]:
        """Yield chunk after chunk; one is gathered while the last one is trained on."""
        shared = sharded_along(self.mesh, axis=1)
        for indices in self._divided(on_host(order)):
            chosen = Dataset(*(array[indices.ravel()] for array in self.data))
            places = np.arange(indices.size, dtype=np.int32).reshape(indices.shape)
            yield put_everywhere(chosen, self.mesh), put(places, shared)

    def shapes(self, order: jax.Array) -> list[Chunk]:
        """Return one abstract chunk of each of the one or two lengths."""
        divided = self._divided(np.empty(order.shape))
        distinct = {len(indices): indices.shape for indices in divided}
        return [self._abstract(shape) for shape in distinct.values()]

    def _abstract(self, shape: tuple[int, ...]) -> Chunk:
        """Return the chunk of an order of that shape, without its numbers."""
        whole, shared = everywhere(self.mesh), sharded_along(self.mesh, axis=1)
        arrays = (
            jax.ShapeDtypeStruct(
                (math.prod(shape), *array.shape[1:]), array.dtype, sharding=whole
            )
            for array in self.data
        )
        places = jax.ShapeDtypeStruct(shape, np.int32, sharding=shared)
        return Dataset._make(arrays), places

    def _divided(self, order: np.ndarray) -> list[np.ndarray]:
        """Divide the steps into chunks that differ by one step at most."""
        return np.array_split(order, math.ceil(len(order) / self.num_steps))


def make_feed(
    train: Dataset, mesh: Mesh, batch_size: int, chunk_images: int | None
) -> Feed:
    """Return the feed that holds at most `chunk_images` at a time.

    None is all of them; on an accelerator where they do not fit, as many as do.
    """
    if chunk_images is None:
        chunk_images = _fitting(train)
    if chunk_images >= len(train.labels):
        return Resident(put_everywhere(train, mesh))
    return Streamed(train, mesh, max(1, chunk_images // batch_size))


def _fitting(train: Dataset) -> int:
    """Return how many images two chunks may have on an accelerator, at most all."""
    num_images = len(train.labels)
    memory = jax.local_devices()[0].memory_stats() or {}
    if "bytes_limit" not in memory or jax.process_count() > 1:
        return num_images
    image_bytes = max(1, train.images.nbytes // num_images)
    return min(num_images, int(CHUNK_SHARE * memory["bytes_limit"]) // image_bytes)
