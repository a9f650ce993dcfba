"""How the images of an epoch reach the devices: once for all, or chunk after chunk."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

import jax
import numpy as np
from jax.sharding import Mesh

from aae_jax.data import Dataset
from aae_jax.devices import everywhere, on_host, put, split

CHUNK_SHARE = 0.25
"""Of an accelerator's memory, for one of the two chunks that it holds at most."""

Part = tuple[Any, Any]
"""A Dataset on the devices, and the order [steps, B] of steps that use no others."""


class Feed(Protocol):
    """Brings the images of an epoch to the devices."""

    def parts(self, order: jax.Array) -> Iterator[Part]:
        """Yield the epoch in parts, which are trained one after the other."""

    def shapes(self, order: jax.Array) -> list[Part]:
        """Return one part of each shape, perhaps abstract, for compiling ahead."""


class Whole(NamedTuple):
    """The whole training set, on the devices all the time."""

    data: Dataset

    def parts(self, order: jax.Array) -> Iterator[Part]:
        """Yield the epoch as one part."""
        yield self.data, order

    def shapes(self, order: jax.Array) -> list[Part]:
        """Return that part."""
        return [(self.data, order)]


class Chunks(NamedTuple):
    """A training set larger than a device, of which it holds two chunks at most.

    Attributes:
      data: On the host, perhaps memory-mapped.
      mesh: The devices.
      num_steps: Steps of one chunk, at most.
    """

    data: Dataset
    mesh: Mesh
    num_steps: int

    def parts(self, order: jax.Array) -> Iterator[Part]:
        """Yield chunk after chunk; one is gathered while the last one is trained on."""
        for indices in self._divided(on_host(order)):
            chosen = Dataset(*(array[indices.ravel()] for array in self.data))
            places = np.arange(indices.size, dtype=np.int32).reshape(indices.shape)
            yield put_data(chosen, self.mesh), put(places, split(self.mesh, 1))

    def shapes(self, order: jax.Array) -> list[Part]:
        """Return one abstract part of each of the one or two lengths."""
        whole, shared = everywhere(self.mesh), split(self.mesh, 1)
        distinct = {len(part): part for part in self._divided(np.empty(order.shape))}

        def abstract(part: np.ndarray) -> Part:
            arrays = (
                jax.ShapeDtypeStruct((part.size, *a.shape[1:]), a.dtype, sharding=whole)
                for a in self.data
            )
            places = jax.ShapeDtypeStruct(part.shape, np.int32, sharding=shared)
            return Dataset._make(arrays), places

        return [abstract(part) for part in distinct.values()]

    def _divided(self, order: np.ndarray) -> list[np.ndarray]:
        """Divide the steps into chunks that differ by one step at most."""
        return np.array_split(order, math.ceil(len(order) / self.num_steps))


def feed_of(
    train: Dataset, mesh: Mesh, batch_size: int, chunk_images: int | None
) -> Feed:
    """Return the feed that holds at most `chunk_images` at a time.

    None is all of them; on an accelerator where they do not fit, as many as do.
    """
    if chunk_images is None:
        chunk_images = _fitting(train)
    if chunk_images >= len(train.labels):
        return Whole(put_data(train, mesh))
    return Chunks(train, mesh, max(1, chunk_images // batch_size))


def _fitting(train: Dataset) -> int:
    """Return how many images two chunks may have on an accelerator, at most all."""
    num_images = len(train.labels)
    memory = jax.local_devices()[0].memory_stats() or {}
    if "bytes_limit" not in memory or jax.process_count() > 1:
        return num_images
    image_bytes = max(1, train.images.nbytes // num_images)
    return min(num_images, int(CHUNK_SHARE * memory["bytes_limit"]) // image_bytes)


def put_data(data: Dataset, mesh: Mesh) -> Any:
    """Copy a dataset to every device."""
    return Dataset._make(put(array, everywhere(mesh)) for array in data)
