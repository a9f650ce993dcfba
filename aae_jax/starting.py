"""How training starts: on which devices, from which state, written where."""

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from jax.sharding import Mesh

from aae_jax.checkpoints import (
    drop_checkpoints,
    finished_epochs,
    latest_epoch,
    restore_state,
)
from aae_jax.cli import Arguments, config_for_data, config_for_resume
from aae_jax.config import Config
from aae_jax.data import DatasetSplits, data_folder, load_dataset
from aae_jax.devices import everywhere, make_mesh, request_devices
from aae_jax.errors import RunError
from aae_jax.events import cut_events
from aae_jax.hosts import (
    Cluster,
    first_decides,
    join,
    same_everywhere,
    together,
)
from aae_jax.imaging import framing_for
from aae_jax.journal import cut_metrics
from aae_jax.loop import first_state
from aae_jax.origin import Origin
from aae_jax.runs import (
    CONFIG,
    EVENTS,
    FIGURES,
    check_free,
    check_same_data,
    command,
    create_run,
    new_run_dir,
    read_config,
    read_origin,
    runs_of_sweep,
    sweep_member,
    write_config,
)
from aae_jax.state import TrainState
from aae_jax.sweeps import first_states, stack_states


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


def begin(argv: Sequence[str], arguments: Arguments) -> Training:
    """Load the data and make the run directories, which say where they came from."""
    if arguments.run_dir is not None:
        first_decides(partial(check_free, arguments.run_dir))
    splits = together(lambda: load_dataset(arguments.dataset, arguments.data_dir))
    config = config_for_data(argv, splits)
    same_everywhere("configuration", config.to_json())
    same_everywhere("training set", splits.fingerprint)
    mesh = _mesh(arguments, config, arguments.num_seeds)
    path = Path(first_decides(lambda: _create(arguments, config, splits)))
    runs = _runs(path, config, arguments.num_seeds)
    together(lambda: _check_visible(runs))
    where = f" on {mesh.size} devices" if mesh.size > 1 else ""
    print(f"training {arguments.recipe} on {splits.source}{where}, writing to {path}")
    state = _first_state(runs, mesh)
    return Training(path, runs, splits, mesh, 0, state, arguments.chunk_images)


def resume(argv: Sequence[str], arguments: Arguments) -> Training | None:
    """Go back to the newest checkpoint of a run; None where the run is finished."""
    assert arguments.run_dir is not None
    path = arguments.run_dir
    origin, saved = together(lambda: _saved(path, arguments))
    config = config_for_resume(argv, origin.recipe, saved[0].config)
    runs = tuple(Run(p, replace(config, seed=own.seed)) for p, own in saved)
    mesh = _mesh(arguments, config, len(runs))
    start = _common_epoch(path, runs)
    if start == config.epochs and all(_is_drawn(run) for run in runs):
        print(f"{path} is finished: all its {start} epochs are trained")
        return None
    dataset = origin.dataset if arguments.dataset == "auto" else arguments.dataset
    data_dir = arguments.data_dir or origin.data_dir
    splits = together(lambda: load_dataset(dataset, data_dir))
    together(lambda: check_same_data(path, origin, splits.fingerprint))
    state = _restored(runs, mesh) if start else _first_state(runs, mesh)
    if start:
        print(f"continuing {path} after epoch {start} of {config.epochs}")
    else:
        print(f"{path} has no finished checkpoint: starting at epoch 0")
    for run, old in zip(runs, saved, strict=True):
        first_decides(partial(_cut_back, run, old.config, start))
    return Training(path, runs, splits, mesh, start, state, arguments.chunk_images)


def _mesh(arguments: Arguments, config: Config, num_runs: int) -> Mesh:
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


def _first_state(runs: Sequence[Run], mesh: Mesh) -> TrainState:
    config = runs[0].config
    if len(runs) == 1:
        return first_state(config, mesh)
    return first_states(config, [run.config.seed for run in runs], mesh)


def _saved(path: Path, arguments: Arguments) -> tuple[Origin, list[Run]]:
    """Read what the run at `path`, or each run of a sweep there, began with."""
    members = runs_of_sweep(path) or [path]
    saved = [Run(member, read_config(member)) for member in members]
    if arguments.num_seeds not in (1, len(saved)):
        raise RunError(
            f"{path} holds {len(saved)} runs, and a sweep continues with those it "
            "began with: leave out --num-seeds"
        )
    if len({replace(run.config, seed=0) for run in saved}) > 1:
        raise RunError(
            f"the runs in {path} differ in more than their seeds: {_one_by_one(saved)}"
        )
    return read_origin(members[0]), saved


def _common_epoch(path: Path, runs: Sequence[Run]) -> int:
    """Return the newest epoch that every run has a checkpoint of, 0 for none.

    An interruption may leave some runs one checkpoint ahead, which is given up.
    """
    if len(runs) == 1:
        return latest_epoch(path) or 0
    finished = [finished_epochs(run.path) for run in runs]
    common = max(set.intersection(*map(set, finished)), default=0)
    if any(sum(epoch > common for epoch in epochs) > 1 for epochs in finished):
        raise RunError(
            f"the runs in {path} ended at different epochs: {_one_by_one(runs)}"
        )
    for run in runs:
        drop_checkpoints(run.path, common)
    return common


def _one_by_one(runs: Sequence[Run]) -> str:
    listed = "; ".join(f"{command('train', run.path)} --resume" for run in runs)
    return f"continue each by itself, with {listed}"


def _restored(runs: Sequence[Run], mesh: Mesh) -> TrainState:
    if len(runs) == 1:
        return restore_state(*runs[0], everywhere(mesh))
    return stack_states([restore_state(*run) for run in runs], mesh)


def _is_drawn(run: Run) -> bool:
    return (run.path / FIGURES / "style_grid.png").exists()


def _cut_back(run: Run, saved: Config, start: int) -> None:
    """Drop what was written about epochs that are trained again."""
    if run.config != saved:
        write_config(run.path, run.config)
    cut_metrics(run.path, start)
    cut_events(run.path / EVENTS, start)
