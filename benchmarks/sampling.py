"""Images a second of sampling and of encoding, beside the training step's own forward.

    python -m benchmarks.sampling

The forward pass of the reconstruction phase encodes and decodes each image once, so
that encoding and decoding alone should take as long together. All are compiled, on
arrays that are on the device, and run in turn on the networks of plain train.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import tyro

from aae_jax import Config, decode, encode, sample_prior, style_grid
from aae_jax.algorithms.recipes import DEFAULT
from aae_jax.core.config import Batch
from aae_jax.core.phases import Tree
from benchmarks.measuring import alternate, ratio, report, spread_of
from benchmarks.training import first_state

FORWARD, ENCODE, DECODE, GRID = "forward", "encode", "decode prior samples", "grids"


@dataclass(frozen=True)
class Arguments:
    """Time encoding, decoding and style grids against a training step's forward."""

    batch_sizes: tuple[int, ...] = (100, 1000, 10_000)
    """Images in a call; whole style grids of 10 contents."""

    num_images: int = 20_000
    """Images in a timed round, at least one call."""

    hidden_dim: int = DEFAULT.hidden_dim
    """Width of the networks."""

    repeats: int = 7
    """Rounds; medians are reported."""


def main(arguments: Arguments) -> None:
    """Time every way at every batch size and write down the rates."""
    config = replace(DEFAULT, hidden_dim=arguments.hidden_dim)
    params = first_state(config).params
    others = (f"{name} / forward" for name in (ENCODE, DECODE, GRID))
    rows = [["batch", "forward", *others, "encode, then decode / forward"]]
    results: dict[int, Any] = {}
    for size in arguments.batch_sizes:
        calls = max(1, arguments.num_images // size)
        ways = {
            name: partial(repeated, call, calls)
            for name, call in compiled_calls(config, params, size).items()
        }
        seconds = alternate(ways, arguments.repeats)
        rows.append(row_of(size, size * calls, seconds))
        results[size] = {name: size * calls / t for name, t in seconds.items()}
    report("sampling", rows, {"images_per_second": results})


def compiled_calls(
    config: Config, params: Tree, size: int
) -> dict[str, Callable[[], Any]]:
    """Return what is timed, each a call without arguments for `size` images."""
    data_key, *keys = jax.random.split(jax.random.key(0), 4)
    images = jax.random.uniform(data_key, (size, *config.image_shape))
    labels = jnp.arange(size) % config.num_classes
    batch = Batch(images, jax.nn.one_hot(labels, config.num_classes))
    reconstruction = config.phases()[0].objective

    def forward(params: Tree, batch: Batch, key: jax.Array) -> jax.Array:
        draws = config.draw(key, size)
        return reconstruction(config, params, batch, draws, jnp.int32(0))

    def samples(params: Tree, key: jax.Array, labels: jax.Array) -> jax.Array:
        return decode(config, params, sample_prior(config, key, size), labels)

    def grids(params: Tree, key: jax.Array) -> jax.Array:
        return style_grid(config, params, key, size // config.num_classes)

    return {
        FORWARD: partial(jax.jit(forward), params, batch, keys[0]),
        ENCODE: partial(jax.jit(partial(encode, config)), params, images),
        DECODE: partial(jax.jit(samples), params, keys[1], labels),
        GRID: partial(jax.jit(grids), params, keys[2]),
    }


def repeated(call: Callable[[], Any], calls: int) -> None:
    """Call often enough, and wait for the last."""
    found = [call() for _ in range(calls)]
    jax.block_until_ready(found)


def row_of(size: int, num_images: int, seconds: dict[str, np.ndarray]) -> list[str]:
    """Return the rate of the forward pass and the others' ratios to it."""
    forward = seconds[FORWARD]
    rate = spread_of(num_images / forward).median
    others = (ratio(forward, seconds[name]) for name in (ENCODE, DECODE, GRID))
    both = ratio(forward, seconds[ENCODE] + seconds[DECODE])
    return [f"{size:,}", f"{rate:,.0f} images/s", *map(str, others), str(both)]


if __name__ == "__main__":
    main(tyro.cli(Arguments))
