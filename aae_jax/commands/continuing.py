"""What a training left behind, and how it goes on: from which epoch, with what."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from aae_jax.algorithms.catalog import differences, to_dict
from aae_jax.commands.request import Request
from aae_jax.commands.starting import Run
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.runs.checkpoints import finished_epochs
from aae_jax.runs.folder import read_config, read_origin, runs_of_sweep
from aae_jax.runs.invocation import command
from aae_jax.runs.origin import Origin
from aae_jax.runs.recorder import is_recorded
from aae_jax.runs.weights import is_exported


class Saved(NamedTuple):
    """What a training left behind.

    Attributes:
      path: Of the run, or of the folder that holds several.
      runs: Each of them, as it began.
      origin: What they came from.
    """

    path: Path
    runs: tuple[Run, ...]
    origin: Origin


class Plan(NamedTuple):
    """How it goes on: the runs as they will be, and the epoch that they go back to."""

    runs: tuple[Run, ...]
    start: int

    @property
    def is_finished(self) -> bool:
        """True if nothing is left to train or to write."""
        return all(
            self.start == run.config.epochs and is_recorded(*run) for run in self.runs
        )


def read_saved(request: Request) -> Saved:
    """Read what the run, or each run of a sweep, began with.

    Raises:
      RunError: There is no such run, or its runs do not belong together.
      ConfigError: The request does not go with so many runs.
    """
    path = request.options.run_dir
    assert path is not None
    if is_exported(path):
        raise RunError(
            f"{path} is an exported model, which cannot be trained further: continue "
            "the run that it was exported from"
        )
    members = runs_of_sweep(path) or [path]
    runs = tuple(Run(member, read_config(member)) for member in members)
    if request.options.num_seeds not in (1, len(runs)):
        held = "is one run" if len(runs) == 1 else f"holds {len(runs)} runs"
        raise RunError(
            f"{path} {held}, and training continues with what it began with: leave "
            "out --num-seeds"
        )
    request.options.check_seeds(len(runs))
    if len({replace(run.config, seed=0) for run in runs}) > 1:
        raise RunError(
            f"the runs in {path} differ in more than their seeds: {one_by_one(runs)}"
        )
    return Saved(path, runs, read_origin(members[0]))


def plan_for(request: Request, saved: Saved) -> Plan:
    """Lay the request over the saved config, and find the epoch to go back to.

    Raises:
      RunError: The request asks for another run, or the runs do not go on together.
    """
    config = continued_config(request, saved)
    runs = tuple(
        Run(run.path, replace(config, seed=run.config.seed)) for run in saved.runs
    )
    start = common_epoch(saved.path, runs)
    if start > config.epochs:
        raise RunError(
            f"{saved.path} has a checkpoint of epoch {start}, but its config.json "
            f"plans {config.epochs}: put back the config.json that it was trained "
            "with, or the name of that checkpoint if it was renamed"
        )
    return Plan(runs, start)


def continued_config(request: Request, saved: Saved) -> Config:
    """Return the config with which the first of the saved runs goes on.

    Only a longer plan passes, where no step depends on the plan.

    Raises:
      RunError: A flag asks for another config; names each and the fix.
    """
    began_as, asked = saved.origin.recipe, request.options.recipe
    if "recipe" in request.given and asked != began_as:
        raise RunError(
            f"this run started from --recipe {began_as} and continues with it: leave "
            f"out --recipe, or start a run with --recipe {asked} of its own"
        )
    old = saved.runs[0].config
    config = request.over(old)
    check_unchanged(old, config)
    return config


def check_unchanged(old: Config, new: Config) -> None:
    """Raise a RunError where a run would go on with another config than it began with.

    More epochs are no other config, where no step depends on how many there will be.
    """
    changed = differences(to_dict(old), to_dict(new))
    if not changed:
        return
    listed = ", ".join(
        f"{name} from {then} to {now}" for name, (then, now) in changed.items()
    )
    if list(changed) != ["epochs"]:
        raise RunError(
            f"a run continues with the config it began with, and this would change "
            f"{listed}: leave those flags out, or start a run of its own without "
            "--resume"
        )
    if new.epochs < old.epochs:
        raise RunError(
            f"a run is not shortened, and this would change {listed}: leave out "
            "--epochs and stop the run with Ctrl-C when you like"
        )
    if old.depends_on_length:
        raise RunError(
            f"this would change {listed}, but the steps of this run depend on its "
            f"planned length of {old.epochs} epochs, as where rates fall with it: "
            f"start a run of its own with --epochs {new.epochs} and without --resume"
        )


def common_epoch(path: Path, runs: Sequence[Run]) -> int:
    """Return the newest epoch that every run has a checkpoint of, 0 for none.

    An interruption may leave some runs one checkpoint ahead, be it the first of all.
    That one may be given up, but not the end of a finished run.
    """
    finished = [finished_epochs(run.path) for run in runs]
    common = max(set.intersection(*map(set, finished)), default=0)
    apart = not common and all(finished)
    if apart or any(
        loses(run, epochs, common) for run, epochs in zip(runs, finished, strict=True)
    ):
        raise RunError(
            f"the runs in {path} ended at different epochs: {one_by_one(runs)}"
        )
    return common


def loses(run: Run, finished: Sequence[int], common: int) -> bool:
    """Return whether going back to the common epoch costs a run more than a little."""
    ahead = [epoch for epoch in finished if epoch > common]
    is_done = run.config.epochs in ahead and is_recorded(*run)
    return len(ahead) > 1 or is_done


def one_by_one(runs: Sequence[Run]) -> str:
    """Return the advice to continue each run by itself."""
    commands = [command("train", "--run-dir", run.path, "--resume") for run in runs]
    return f"continue each by itself, with {'; '.join(commands)}"
