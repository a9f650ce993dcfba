"""Train a supervised adversarial autoencoder: `python train.py --help`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from aae_jax.cli import INTERRUPTED, Arguments, parse_arguments, run_script
from aae_jax.compilation import keep_compiled
from aae_jax.errors import RunError
from aae_jax.journal import append_environment
from aae_jax.runs import PROFILE, command

if TYPE_CHECKING:
    from aae_jax.loop import Epoch
    from aae_jax.starting import Run, Training


def main(argv: Sequence[str]) -> int:
    """Train a new run or continue one; returns the exit status."""
    arguments = parse_arguments(argv)
    keep_compiled()

    from aae_jax.resuming import resume
    from aae_jax.starting import begin, set_up_devices

    set_up_devices(arguments)
    with ExitStack() as held:
        training = (resume if arguments.resume else begin)(argv, arguments, held)
        return 0 if training is None else run(training, arguments)


def run(training: "Training", arguments: Arguments) -> int:
    """Train and draw; returns the exit status."""
    note_environment(training)
    if arguments.profile:
        profile(training)
    finished = train(training, arguments.checkpoint_seconds)
    if finished is None:
        again = f"{command('train', training.path)} --resume"
        print(f"interrupted; continue with: {again}")
        return INTERRUPTED
    finish(training, finished)
    return 0


def note_environment(training: "Training") -> None:
    """Write into each run what it runs on."""
    from aae_jax.environment import describe_environment
    from aae_jax.hosts import is_first

    if is_first():
        environment = describe_environment()
        for run in training.runs:
            append_environment(run.path, environment)


def profile(training: "Training") -> None:
    """Trace a few warm steps and say where the trace is."""
    from aae_jax.loop import run_programs
    from aae_jax.profiling import write_trace
    from aae_jax.sweeps import sweep_programs

    config, splits, mesh = training.config, training.splits, training.mesh
    if len(training.runs) > 1:
        programs = sweep_programs(config, training.seeds, splits, mesh)
    else:
        programs = run_programs(config, splits, mesh, training.chunk_images)
    folder = training.path / PROFILE
    write_trace(programs, training.state, folder)
    print(f"profile: {folder} (open its perfetto_trace.json.gz in ui.perfetto.dev)")


def train(training: "Training", checkpoint_seconds: float) -> "dict[Run, Epoch] | None":
    """Train to the end of the plan; None where the user asked to stop before it.

    Returns the last epoch of every run that did not diverge.
    """
    from aae_jax.hosts import any_process, is_first
    from aae_jax.interrupts import interruptible
    from aae_jax.recording import Alarm, Recorder
    from aae_jax.reporting import Progress

    if training.start == training.config.epochs:
        return restored(training)
    with ExitStack() as stack:
        recorders = {
            run: stack.enter_context(Recorder(*run, training.splits, training.start))
            for run in training.runs
        }
        plan = training.start, training.config.epochs
        progress = stack.enter_context(Progress(*plan))
        interrupt = stack.enter_context(interruptible())
        alarm = Alarm(checkpoint_seconds)
        for epochs in epochs_of(training):
            is_stopping, is_due = any_process(
                interrupt.requested, is_first() and alarm.rings()
            )
            reached = drop_diverged(training, epochs, recorders, progress.say)
            done = progress.epoch([epoch.metrics for epoch in reached.values()])
            is_last = done == training.config.epochs
            for run, epoch in reached.items():
                checkpoint = is_due or is_last or is_stopping
                recorders[run].record(epoch, checkpoint=checkpoint)
            if is_stopping and not is_last:
                return None
    return reached


def restored(training: "Training") -> "dict[Run, Epoch]":
    """Return the end of a finished run as it was restored."""
    from aae_jax.loop import Epoch
    from aae_jax.sweeps import pick

    states = [training.state]
    if len(training.runs) > 1:
        states = [pick(training.state, index) for index in range(len(training.runs))]
    return {
        run: Epoch(state, {}) for run, state in zip(training.runs, states, strict=True)
    }


def epochs_of(training: "Training") -> "Iterator[list[Epoch]]":
    """Yield the epochs that are left, of each run."""
    from aae_jax.loop import run_epochs
    from aae_jax.sweeps import run_sweep

    _, _, splits, mesh, start, state, chunk_images = training
    if len(training.runs) > 1:
        config, seeds = training.config, training.seeds
        yield from run_sweep(config, seeds, state, splits, start, mesh=mesh)
        return
    for epoch in run_epochs(
        training.config, state, splits, start, mesh=mesh, chunk_images=chunk_images
    ):
        yield [epoch]


def drop_diverged(
    training: "Training",
    epochs: "list[Epoch]",
    recorders: "dict[Run, Any]",
    say: Callable[[str], None],
) -> "dict[Run, Epoch]":
    """Return the epochs of the runs that go on; one that diverged is said and dropped.

    Raises:
      RunError: All of them diverged.
    """
    from aae_jax.loop import check_finite

    reached = {}
    for run, epoch in zip(training.runs, epochs, strict=True):
        if run not in recorders:
            continue
        try:
            check_finite(epoch.metrics)
            reached[run] = epoch
        except RunError as error:
            say(f"{run.path}: {error}")
            del recorders[run]
    if not reached:
        raise RunError("every seed diverged; the lines above say when")
    return reached


def finish(training: "Training", finished: "dict[Run, Epoch]") -> None:
    """Draw the figures and say where the grids are and how to sample more.

    Raises:
      RunError: Some runs diverged; the others are finished.
    """
    from aae_jax.devices import local_copy
    from aae_jax.hosts import is_first
    from aae_jax.recording import draw_figures

    if not is_first():
        return
    for run, epoch in finished.items():
        params = local_copy(epoch.state.params)
        print(f"style grid: {draw_figures(*run, params, training.splits)}")
    print(f"sample more: {command('sample', next(iter(finished)).path)}")
    if diverged := len(training.runs) - len(finished):
        raise RunError(f"{diverged} of {len(training.runs)} runs diverged; see above")


if __name__ == "__main__":
    run_script(main)
