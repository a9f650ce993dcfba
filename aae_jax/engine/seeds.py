"""One seed, or several at once: which it is, and everything that hangs on it.

All else about training is the same, and asks the layout where they differ.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding

from aae_jax.core.config import Config
from aae_jax.core.phases import TrainState
from aae_jax.data import Dataset
from aae_jax.engine.devices import everywhere, make_mesh, put_everywhere, sharded_along
from aae_jax.engine.feeding import Feed, Resident, make_feed
from aae_jax.errors import ConfigError


class OneSeed(NamedTuple):
    """One run: every device holds its state whole, and all share its batches."""

    seed: int
    mesh: Mesh

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each run."""
        return (self.seed,)

    @property
    def argument(self) -> np.ndarray:
        """The seed as programs take it: [] uint32."""
        return np.asarray(self.seed, np.uint32)

    @property
    def states(self) -> NamedSharding:
        """Where states lie, and all that is not an order."""
        return everywhere(self.mesh)

    @property
    def orders(self) -> NamedSharding:
        """Where the order [steps, B] of an epoch lies: its batches are shared."""
        return sharded_along(self.mesh, axis=1)

    @property
    def restored_on(self) -> NamedSharding | None:
        """Where the state of a single run is restored to: where it is trained."""
        return self.states

    def feed(self, train: Dataset, batch_size: int, chunk_images: int | None) -> Feed:
        """Return what brings the training images, whole or in chunks."""
        return make_feed(train, self.mesh, batch_size, chunk_images)

    def each(self, function: Callable, in_axes: Any = 0) -> Callable:
        """Return the function of one run, as it is."""
        return function

    def joined(self, states: Sequence[TrainState]) -> TrainState:
        """Return the state of the one run, on the devices."""
        (state,) = states
        return jax.device_put(state, self.states)

    def picked(self, state: TrainState, index: int) -> TrainState:
        """Return the state of run `index`, which is 0."""
        return [state][index]

    def apart(self, values: dict[str, np.ndarray]) -> list[dict[str, np.ndarray]]:
        """Return the values of each run."""
        return [values]


class SeveralSeeds(NamedTuple):
    """Several runs under `vmap`: every array has them along axis 0, on their device."""

    seeds: tuple[int, ...]
    mesh: Mesh

    @property
    def argument(self) -> np.ndarray:
        """The seeds as programs take them: [seeds] uint32."""
        return np.asarray(self.seeds, np.uint32)

    @property
    def states(self) -> NamedSharding:
        """Where stacked states lie: the devices share the runs."""
        return sharded_along(self.mesh, axis=0)

    @property
    def orders(self) -> NamedSharding:
        """Where the orders [seeds, steps, B] of an epoch lie, each with its state."""
        return self.states

    @property
    def restored_on(self) -> NamedSharding | None:
        """Where the state of a single run is restored to: on one device, to join."""
        return None

    def feed(self, train: Dataset, batch_size: int, chunk_images: int | None) -> Feed:
        """Return what brings the training images, which each run takes in an order."""
        if chunk_images is not None:
            raise ConfigError(
                "several seeds at once take the data whole: leave out --chunk-images"
            )
        return Resident(put_everywhere(train, self.mesh))

    def each(self, function: Callable, in_axes: Any = 0) -> Callable:
        """Return the function of all runs, given that of one."""
        return jax.vmap(function, in_axes)

    def joined(self, states: Sequence[TrainState]) -> TrainState:
        """Return the states of single runs as one: every leaf [seeds, ...]."""
        stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *states)
        return jax.device_put(stacked, self.states)

    def picked(self, state: TrainState, index: int) -> TrainState:
        """Return the state of run `index`, on the device that has it."""
        count = len(self.seeds)
        for number, shard in enumerate(state.step.addressable_shards):
            held = range(count)[shard.index[0]]
            if index in held:
                part = jax.tree.map(partial(_shard, number), state)
                return _take(part, held.index(index))
        raise IndexError(f"there is no run {index} in {count}")

    def apart(self, values: dict[str, np.ndarray]) -> list[dict[str, np.ndarray]]:
        """Return the values of each run, given those of all along axis 0."""
        return [
            {name: value[index] for name, value in values.items()}
            for index in range(len(self.seeds))
        ]


Layout = OneSeed | SeveralSeeds
"""How one run, or several, lie on the devices."""


def layout_of(config: Config, seeds: Sequence[int], devices: int | None) -> Layout:
    """Return the layout of the runs on so many devices; see `make_mesh`."""
    if len(seeds) == 1:
        return OneSeed(seeds[0], make_mesh(devices, config.batch_size, "batch-size"))
    return SeveralSeeds(tuple(seeds), make_mesh(devices, len(seeds), "num-seeds"))


def _shard(number: int, leaf: jax.Array) -> jax.Array:
    return leaf.addressable_shards[number].data


@jax.jit
def _take(states: TrainState, index: int) -> TrainState:
    """Pick by one program: hundreds of arrays one by one would take longer."""
    return jax.tree.map(lambda leaf: leaf[index], states)
