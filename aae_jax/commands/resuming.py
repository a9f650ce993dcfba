"""How training goes on: back to a checkpoint, and what was written after it dropped."""

from contextlib import ExitStack
from functools import partial

import jax

from aae_jax.commands.continuing import Plan, Saved, plan_for, read_saved
from aae_jax.commands.request import Request
from aae_jax.commands.starting import Run, Training, hold, trainer_of
from aae_jax.core.phases import TrainState
from aae_jax.data import DatasetSplits
from aae_jax.engine.hosts import first_decides, together
from aae_jax.engine.trainer import Trainer
from aae_jax.errors import DamageError, RunError
from aae_jax.runs.checkpoints import drop_checkpoints, finished_epochs, restore_state
from aae_jax.runs.damage import set_aside
from aae_jax.runs.data import load_again, remember_place
from aae_jax.runs.events import cut_events
from aae_jax.runs.folder import EVENTS, FIGURES, write_config
from aae_jax.runs.journal import cut_metrics
from aae_jax.storage.files import drop_unfinished


def resume(request: Request, held: ExitStack) -> Training | None:
    """Go back to the newest whole checkpoint of a run; None where the run is finished.

    Nobody else trains the run until `held` ends.

    Raises:
      DamageError: No checkpoint is whole.
    """
    saved = together(lambda: read_saved(request))
    hold(held, saved.path, saved.runs)
    first_decides(partial(tidy, saved))
    while True:
        plan = together(partial(plan_for, request, saved))
        try:
            return continued(request, saved, plan)
        except DamageError as error:
            is_last = len(finished_epochs(error.path.parent.parent)) == 1
            if is_last or jax.process_count() > 1:
                raise
            set_aside(error)


def tidy(saved: Saved) -> None:
    """Remove what training left half written where it was killed."""
    for run in saved.runs:
        drop_unfinished(run.path)
        drop_unfinished(run.path / FIGURES)


def continued(request: Request, saved: Saved, plan: Plan) -> Training | None:
    """Go on as planned; None where the run is finished."""
    if first_decides(lambda: plan.is_finished):
        together(lambda: [state_of(run, plan.start) for run in plan.runs])
        print(f"{saved.path} is finished: all its {plan.start} epochs are trained")
        return None
    splits = together(lambda: load_data(request, saved))
    config, seeds = plan.runs[0].config, [run.config.seed for run in plan.runs]
    trainer = trainer_of(request, config, seeds, splits)
    state = restored(plan, trainer)
    for run in plan.runs:
        drop_checkpoints(run.path, plan.start)
    if plan.start:
        print(f"continuing {saved.path} after epoch {plan.start} of {config.epochs}")
    else:
        print(f"{saved.path} has no finished checkpoint: starting at epoch 0")
    first_decides(partial(cut_back, saved, plan))
    place = saved.origin, splits, request.options.data_dir
    for run in plan.runs:
        first_decides(partial(remember_place, run.path, *place))
    return Training(saved.path, plan.runs, splits, trainer, plan.start, state)


def load_data(request: Request, saved: Saved) -> DatasetSplits:
    """Load the data that the runs began with.

    Raises:
      DataError: It is not to be had.
      RunError: It is not that data.
    """
    asked = request.options
    dataset = None if asked.dataset == "auto" else asked.dataset
    return load_again(saved.path, saved.origin, dataset, asked.data_dir)


def restored(plan: Plan, trainer: Trainer) -> TrainState:
    """Return the state of the epoch to go back to."""
    if not plan.start:
        return trainer.initial_state()
    placed = trainer.restored_on
    return trainer.joined([state_of(run, plan.start, placed) for run in plan.runs])


def state_of(
    run: Run, epoch: int, placed: jax.sharding.Sharding | None = None
) -> TrainState:
    """Return the state of a run in its checkpoint of an epoch.

    Raises:
      RunError: It cannot be read, or is the state after another epoch.
    """
    state = restore_state(*run, placed, epoch)
    found = int(state.step) / run.config.steps_per_epoch
    if found != epoch:
        raise RunError(
            f"checkpoint {epoch} of {run.path} holds the state after {found:g} epochs: "
            "if it was renamed, give it back that name; otherwise move it aside"
        )
    return state


def cut_back(saved: Saved, plan: Plan) -> None:
    """Drop what was written about epochs that are trained again."""
    for old, run in zip(saved.runs, plan.runs, strict=True):
        if run.config != old.config:
            write_config(run.path, run.config)
        cut_metrics(run.path, plan.start)
        cut_events(run.path / EVENTS, plan.start)
