"""Several seeds at once: the programs of one run under `vmap`."""

from collections.abc import Iterator, Sequence
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh

from aae_jax.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.devices import split
from aae_jax.evaluation import validate
from aae_jax.feeding import Whole, put_data
from aae_jax.loop import Epoch, Programs, state_of_seed
from aae_jax.randomness import epoch_order, split_keys
from aae_jax.state import TrainState
from aae_jax.training import train_epoch


def first_states(config: Config, seeds: Sequence[int], mesh: Mesh) -> TrainState:
    """Return the states before the first epoch, stacked: every leaf [seeds, ...]."""
    init = jax.vmap(partial(state_of_seed, config))
    return jax.jit(init, out_shardings=split(mesh, axis=0))(_as_array(seeds))


def stack_states(states: Sequence[TrainState], mesh: Mesh) -> TrainState:
    """Stack the states of single runs for `run_sweep`."""
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *states)
    return jax.device_put(stacked, split(mesh, axis=0))


def pick(states: TrainState, index: int) -> TrainState:
    """Return the state of one run out of stacked ones, on the device that has it."""
    count = len(states.step)
    for number, shard in enumerate(states.step.addressable_shards):
        held = range(count)[shard.index[0]]
        if index in held:
            part = jax.tree.map(partial(_shard, number), states)
            return _take(part, held.index(index))
    raise IndexError(f"there is no run {index} in {count}")


def _shard(number: int, leaf: jax.Array) -> jax.Array:
    return leaf.addressable_shards[number].data


@jax.jit
def _take(states: TrainState, index: int) -> TrainState:
    """Pick by one program: hundreds of arrays one by one would take longer."""
    return jax.tree.map(lambda leaf: leaf[index], states)


def run_sweep(
    config: Config,
    seeds: Sequence[int],
    states: TrainState,
    splits: DatasetSplits,
    start: int,
    *,
    mesh: Mesh,
) -> Iterator[list[Epoch]]:
    """Train several seeds at once, as `run_epochs` trains one.

    Args:
      config: Of every run but for the seed.
      seeds: One a run.
      states: Stacked as by `stack_states`; donated.
      splits: The data, on the host.
      start: Number of epochs that are done.
      mesh: The devices that share the seeds.

    Yields, after each epoch, that of every seed. Its metrics are those of `run_epochs`,
    where `seconds` is the time of all seeds together; they may be not finite.
    """
    programs = sweep_programs(config, seeds, splits, mesh)
    for measured in programs.run(states, range(start, config.epochs)):
        yield [
            Epoch(pick(measured.state, index), measured.metrics(index))
            for index in range(len(seeds))
        ]


def sweep_programs(
    config: Config, seeds: Sequence[int], splits: DatasetSplits, mesh: Mesh
) -> Programs:
    """Return the programs of several runs, which the devices share."""
    shared = split(mesh, axis=0)
    shuffle = jax.vmap(partial(epoch_order, config), in_axes=(0, None))
    train = jax.vmap(partial(train_epoch, config), in_axes=(0, None, 0, 0))
    describe = jax.vmap(partial(validate, config), in_axes=(0, None, None))
    return Programs(
        shuffle=jax.jit(shuffle, out_shardings=shared),
        train=jax.jit(train, donate_argnums=0, out_shardings=shared),
        describe=jax.jit(describe),
        keys=jax.jit(jax.vmap(split_keys), out_shardings=shared)(_as_array(seeds)),
        feed=Whole(put_data(splits.train, mesh)),
        validation=put_data(splits.validation, mesh),
    )


def _as_array(seeds: Sequence[int]) -> np.ndarray:
    return np.array(seeds, np.uint32)
