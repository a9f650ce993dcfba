"""How a new training starts: on which devices, from which state, written where."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from jax.sharding import Mesh

from aae_jax.cli import Arguments, config_for_data
from aae_jax.config import Config
from aae_jax.data import DatasetSplits, data_folder, load_dataset
from aae_jax.devices import make_mesh, request_devices
from aae_jax.errors import RunError
from aae_jax.hosts import (
    Cluster,
    first_decides,
    join,
    same_everywhere,
    together,
)
from aae_jax.imaging import framing_for
from aae_jax.locking import holding
from aae_jax.loop import first_state
from aae_jax.origin import Origin
from aae_jax.runs import CONFIG, check_free, create_run, new_run_dir, sweep_member
from aae_jax.state import TrainState
from aae_jax.sweeps import first_states


class Run(NamedTuple):
    """A run directory and what is trained into it."""

    path: Path
    config: Config


class Training(NamedTuple):
    """One run to train, or several that differ in their seeds, from a common epoch.

    Attributes:
      path: Of the run, or of the folder that holds several.
      runs: Each of them.
      splits: The data.
      mesh: The devices.
      start: Number of epochs that are done.
      state: After them; stacked where there are several runs.
      chunk_images: How many training images go to the devices at a time.
    """

    path: Path
    runs: tuple[Run, ...]
    splits: DatasetSplits
    mesh: Mesh
    start: int
    state: TrainState
    chunk_images: int | None

    @property
    def config(self) -> Config:
        """The config of all runs but for the seed."""
        return self.runs[0].config

    @property
    def seeds(self) -> list[int]:
        """The seed of each run."""
        return [run.config.seed for run in self.runs]


def set_up_devices(arguments: Arguments) -> None:
    """Ask for the devices and meet the other processes; before any array is made."""
    if arguments.devices is not None:
        request_devices(arguments.devices, arguments.num_processes or 1)
    if arguments.is_distributed:
        values = arguments.coordinator, arguments.num_processes, arguments.process_id
        join(Cluster(*values))
        same = replace(arguments, process_id=None, data_dir=None)
        same_everywhere("command line", repr(same))


def begin(argv: Sequence[str], arguments: Arguments, held: ExitStack) -> Training:
    """Load the data and make the run directories, which say where they came from.

    Nobody else trains in them until `held` ends.
    """
    if arguments.run_dir is not None:
        first_decides(partial(check_free, arguments.run_dir))
    splits = together(lambda: load_dataset(arguments.dataset, arguments.data_dir))
    config = together(lambda: config_for_data(argv, splits))
    same_everywhere("configuration", config.to_json())
    same_everywhere("training set", splits.fingerprint)
    mesh = mesh_for(arguments, config, arguments.num_seeds)
    path = Path(first_decides(lambda: _create(arguments, config, splits)))
    runs = _runs(path, config, arguments.num_seeds)
    hold(held, path, runs)
    together(lambda: _check_visible(runs))
    where = f" on {mesh.size} devices" if mesh.size > 1 else ""
    print(f"training {arguments.recipe} on {splits.source}{where}, writing to {path}")
    state = state_of_runs(runs, mesh)
    return Training(path, runs, splits, mesh, 0, state, arguments.chunk_images)


def hold(held: ExitStack, path: Path, runs: Sequence[Run]) -> None:
    """Keep others from training in `path` and its runs until `held` ends.

    Raises:
      RunError: Another process trains there.
    """
    paths = dict.fromkeys([path, *(run.path for run in runs)])
    first_decides(lambda: held.enter_context(holding(*paths)))


def mesh_for(arguments: Arguments, config: Config, num_runs: int) -> Mesh:
    """Return the devices, which share the seeds where there are several."""
    if num_runs > 1:
        return make_mesh(arguments.devices, num_runs, "num-seeds")
    return make_mesh(arguments.devices, config.batch_size, "batch-size")


def _runs(path: Path, config: Config, count: int) -> tuple[Run, ...]:
    if count == 1:
        return (Run(path, config),)
    seeds = range(config.seed, config.seed + count)
    return tuple(
        Run(sweep_member(path, seed), replace(config, seed=seed)) for seed in seeds
    )


def _create(arguments: Arguments, config: Config, splits: DatasetSplits) -> str:
    """Make the directories of the runs; returns the path that holds all of them."""
    origin = Origin(
        recipe=arguments.recipe,
        dataset=splits.spec,
        data_dir=str(data_folder(arguments.data_dir)),
        source=splits.source,
        fingerprint=splits.fingerprint,
        class_names=splits.class_names,
        framing=framing_for(splits.name, splits.train.images),
    )
    count = arguments.num_seeds
    seeds = f"{config.seed}-{config.seed + count - 1}" if count > 1 else config.seed
    name = f"{splits.name}-{arguments.recipe}"
    path = arguments.run_dir or new_run_dir(name, seeds)
    for run in _runs(path, config, count):
        create_run(run.path, run.config, origin)
    return str(path)


def _check_visible(runs: Sequence[Run]) -> None:
    for run in runs:
        if not (run.path / CONFIG).exists():
            raise RunError(
                f"process {os.getpid()} does not see {run.path}, which the first one "
                "made: put --run-dir where all processes see it"
            )


def state_of_runs(runs: Sequence[Run], mesh: Mesh) -> TrainState:
    """Return the state before the first epoch, stacked where there are several runs."""
    config = runs[0].config
    if len(runs) == 1:
        return first_state(config, mesh)
    return first_states(config, [run.config.seed for run in runs], mesh)
