"""How training goes on: which checkpoint it goes back to, and what it drops."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from jax.sharding import Mesh

from aae_jax.checkpoints import (
    drop_checkpoints,
    finished_epochs,
    latest_epoch,
    restore_state,
)
from aae_jax.cli import Arguments, check_sweep, config_for_resume
from aae_jax.config import Config
from aae_jax.data import load_dataset
from aae_jax.devices import everywhere
from aae_jax.errors import RunError
from aae_jax.events import cut_events
from aae_jax.hosts import first_decides, together
from aae_jax.journal import cut_metrics
from aae_jax.origin import Origin
from aae_jax.runs import (
    EVENTS,
    FIGURES,
    check_same_data,
    command,
    read_config,
    read_origin,
    runs_of_sweep,
    write_config,
)
from aae_jax.starting import Run, Training, hold, mesh_for, state_of_runs
from aae_jax.state import TrainState
from aae_jax.sweeps import stack_states


def resume(
    argv: Sequence[str], arguments: Arguments, held: ExitStack
) -> Training | None:
    """Go back to the newest checkpoint of a run; None where the run is finished.

    Nobody else trains the run until `held` ends.
    """
    assert arguments.run_dir is not None
    path = arguments.run_dir
    origin, saved = together(lambda: _saved(path, arguments))
    hold(held, path, saved)
    config = together(lambda: config_for_resume(argv, origin.recipe, saved[0].config))
    runs = tuple(Run(p, replace(config, seed=own.seed)) for p, own in saved)
    mesh = mesh_for(arguments, config, len(runs))
    start = together(lambda: _common_epoch(path, runs))
    if start == config.epochs and first_decides(lambda: all(map(_is_drawn, runs))):
        print(f"{path} is finished: all its {start} epochs are trained")
        return None
    dataset = origin.dataset if arguments.dataset == "auto" else arguments.dataset
    data_dir = arguments.data_dir or origin.data_dir
    splits = together(lambda: load_dataset(dataset, data_dir))
    together(lambda: check_same_data(path, origin, splits.fingerprint))
    if len(runs) > 1:
        for run in runs:
            drop_checkpoints(run.path, start)
    state = _restored(runs, mesh) if start else state_of_runs(runs, mesh)
    if start:
        print(f"continuing {path} after epoch {start} of {config.epochs}")
    else:
        print(f"{path} has no finished checkpoint: starting at epoch 0")
    for run, old in zip(runs, saved, strict=True):
        first_decides(partial(_cut_back, run, old.config, start))
    return Training(path, runs, splits, mesh, start, state, arguments.chunk_images)


def _saved(path: Path, arguments: Arguments) -> tuple[Origin, list[Run]]:
    """Read what the run at `path`, or each run of a sweep there, began with."""
    members = runs_of_sweep(path) or [path]
    saved = [Run(member, read_config(member)) for member in members]
    if arguments.num_seeds not in (1, len(saved)):
        raise RunError(
            f"{path} holds {len(saved)} runs, and a sweep continues with those it "
            "began with: leave out --num-seeds"
        )
    if len(saved) > 1:
        check_sweep(arguments)
    if len({replace(run.config, seed=0) for run in saved}) > 1:
        raise RunError(
            f"the runs in {path} differ in more than their seeds: {_one_by_one(saved)}"
        )
    return read_origin(members[0]), saved


def _common_epoch(path: Path, runs: Sequence[Run]) -> int:
    """Return the newest epoch that every run has a checkpoint of, 0 for none.

    An interruption may leave some runs one checkpoint ahead, which may be given up, but
    not where it is all that there is of a run, or the end of a finished one.
    """
    if len(runs) == 1:
        return latest_epoch(path) or 0
    finished = [finished_epochs(run.path) for run in runs]
    common = max(set.intersection(*map(set, finished)), default=0)
    if any(
        _loses(run, epochs, common) for run, epochs in zip(runs, finished, strict=True)
    ):
        raise RunError(
            f"the runs in {path} ended at different epochs: {_one_by_one(runs)}"
        )
    return common


def _loses(run: Run, finished: Sequence[int], common: int) -> bool:
    """Whether going back to the common epoch would cost a run more than a little."""
    ahead = [epoch for epoch in finished if epoch > common]
    is_done = run.config.epochs in ahead and _is_drawn(run)
    return len(ahead) > 1 or is_done or bool(ahead and not common)


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
