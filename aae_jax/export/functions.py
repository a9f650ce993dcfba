"""Encoder, decoder and classifier as files that JAX runs without this package."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import jax
from jax import export

from aae_jax.algorithms.uses import Use
from aae_jax.core.config import Config
from aae_jax.storage.arrays import tree_of

PLATFORMS = ("cpu", "cuda", "tpu")
"""What one file runs on."""


def portable(config: Config, use: Use, arrays: Mapping[str, Any]) -> bytes:
    """Return a use of a model as a function (arrays, *inputs) for any batch.

    Args:
      config: Of the model.
      use: What of it.
      arrays: Its weights by their places; of these the shapes alone are kept.
    """

    def function(arrays: Mapping[str, Any], *inputs: jax.Array) -> jax.Array:
        return use.function(config, tree_of(arrays), *inputs)

    shapes = {
        name: jax.ShapeDtypeStruct(array.shape, array.dtype)
        for name, array in arrays.items()
    }
    (size,) = export.symbolic_shape("N")
    with _without_places():
        lowered = export.export(jax.jit(function), platforms=PLATFORMS)
        return bytes(lowered(shapes, *use.batch(size)).serialize())


@contextmanager
def _without_places() -> Iterator[None]:
    """Keep the paths of this machine's source files out of what JAX writes."""
    settings, name = cast(Any, jax.config), "jax_hlo_source_file_canonicalization_regex"
    before = getattr(settings, name)
    settings.update(name, ".*")
    try:
        yield
    finally:
        settings.update(name, before)
