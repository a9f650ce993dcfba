"""How a new training starts: its data, its devices, its directories, its state."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from aae_jax.algorithms.recipes import check_labels, recipe_for
from aae_jax.commands.request import Options, Request
from aae_jax.core.changes import laid_over
from aae_jax.core.config import Config
from aae_jax.core.parts import flag_of
from aae_jax.core.phases import TrainState
from aae_jax.data import DatasetSplits, load_dataset
from aae_jax.engine.devices import check_devices, request_devices
from aae_jax.engine.hosts import (
    Cluster,
    first_decides,
    join,
    same_everywhere,
    together,
)
from aae_jax.engine.trainer import Trainer, make_trainer
from aae_jax.errors import ConfigError, RunError
from aae_jax.runs.folder import CONFIG, sweep_member
from aae_jax.runs.making import check_free, create_runs, new_run_dir
from aae_jax.runs.origin import origin_of
from aae_jax.storage.locks import holding


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
      trainer: Trains all of them at once.
      start: Number of epochs that are done.
      state: After them.
    """

    path: Path
    runs: tuple[Run, ...]
    splits: DatasetSplits
    trainer: Trainer
    start: int
    state: TrainState


class Prepared(NamedTuple):
    """What is known of a new training before its directories are made."""

    options: Options
    config: Config
    seeds: range
    splits: DatasetSplits

    @property
    def identity(self) -> str:
        """What must be the same in all processes of one training."""
        return f"{self.config!r} {self.seeds} {self.splits.fingerprint}"


def set_up_devices(request: Request) -> None:
    """Ask for the devices and meet the other processes; before any array is made.

    Processes with other flags would wait for each other for ever.
    """
    options = request.options
    if options.devices is not None:
        request_devices(options.devices, options.num_processes or 1)
    if options.is_distributed:
        values = options.coordinator, options.num_processes, options.process_id
        join(Cluster(*values))
        shared = replace(options, process_id=None, data_dir=None)
        same_everywhere("command line", repr((shared, sorted(request.changes.items()))))
    check_devices()


def begin(request: Request, held: ExitStack) -> Training:
    """Prepare, make the run directories and the first state.

    Of several processes all prepare, the first one makes the directories, and all must
    see them. Nobody else trains in them until `held` ends.
    """
    if request.options.run_dir is not None:
        first_decides(partial(check_free, request.options.run_dir))
    prepared = together(lambda: prepare(request))
    same_everywhere("configuration or training set", prepared.identity)
    trainer = trainer_of(request, prepared.config, prepared.seeds, prepared.splits)
    path = Path(first_decides(lambda: create(prepared)))
    runs = runs_in(path, prepared.config, prepared.seeds)
    hold(held, path, runs)
    together(lambda: check_visible(runs))
    where = f" on {trainer.mesh.size} devices" if trainer.mesh.size > 1 else ""
    recipe, source = request.options.recipe, prepared.splits.source
    print(f"training {recipe} on {source}{where}, writing to {path}")
    return Training(path, runs, prepared.splits, trainer, 0, trainer.initial_state())


def prepare(request: Request) -> Prepared:
    """Load the data, and lay the request over the recipe for data of its size."""
    options = request.options
    splits = load_dataset(options.dataset, options.data_dir)
    recipe = recipe_for(options.recipe, len(splits.train.labels))
    decided = recipe.data_fields(splits)
    refuse_decided(request.changes, decided)
    check_labels(recipe, splits)
    config = laid_over(recipe, {**decided, **request.changes})
    return Prepared(options, config, request.seeds(config), splits)


def refuse_decided(changes: dict[str, Any], decided: dict[str, Any]) -> None:
    """Raise a ConfigError where a field is asked for that the data decides."""
    for name in changes.keys() & decided.keys():
        raise ConfigError(
            f"{flag_of(name)} cannot act: it is {decided[name]}, as many as the data "
            "says. Leave it out"
        )


def trainer_of(
    request: Request, config: Config, seeds: Sequence[int], splits: DatasetSplits
) -> Trainer:
    """Return the trainer of so many seeds on the devices that were asked for."""
    devices, chunk_images = request.options.devices, request.options.chunk_images
    return make_trainer(
        config, seeds, splits, devices=devices, chunk_images=chunk_images
    )


def create(prepared: Prepared) -> str:
    """Make the directories of the runs; returns the path that holds all of them."""
    options, config, seeds, splits = prepared
    origin = origin_of(splits, options.recipe, options.data_dir)
    numbers = f"{seeds[0]}-{seeds[-1]}" if len(seeds) > 1 else seeds[0]
    name = f"{splits.name}-{options.recipe}"
    path = options.run_dir or new_run_dir(name, numbers)
    create_runs(path, runs_in(path, config, seeds), origin, splits.train.labels)
    return str(path)


def runs_in(path: Path, config: Config, seeds: Sequence[int]) -> tuple[Run, ...]:
    """Return the run at `path`, or one below it for each of several seeds."""
    if len(seeds) == 1:
        return (Run(path, replace(config, seed=seeds[0])),)
    return tuple(
        Run(sweep_member(path, seed), replace(config, seed=seed)) for seed in seeds
    )


def hold(held: ExitStack, path: Path, runs: Sequence[Run]) -> None:
    """Keep others from training in `path` and its runs until `held` ends.

    Raises:
      RunError: Another process trains there.
    """
    paths = dict.fromkeys([path, *(run.path for run in runs)])
    first_decides(lambda: held.enter_context(holding(*paths)))


def check_visible(runs: Sequence[Run]) -> None:
    """Raise a RunError where this process does not see what the first one made."""
    for run in runs:
        if not (run.path / CONFIG).exists():
            raise RunError(
                f"process {os.getpid()} does not see {run.path}, which the first one "
                "made: put --run-dir where all processes see it"
            )
