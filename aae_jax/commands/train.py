"""Train an adversarial autoencoder: `aae-train --help`."""

import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from aae_jax.commands.console import run_command, status_of
from aae_jax.commands.interrupts import Interrupt, interruptible
from aae_jax.commands.progress import Progress, Timer, duration
from aae_jax.commands.request import Options, parse
from aae_jax.engine.devices import local_copy
from aae_jax.engine.health import Watch, shown
from aae_jax.engine.hosts import any_process, is_first, noticing_losses
from aae_jax.engine.profiling import write_trace
from aae_jax.engine.settings import set_up_jax
from aae_jax.engine.stopping import Stop
from aae_jax.engine.trainer import EpochResult
from aae_jax.errors import RunError
from aae_jax.runs.environment import describe_environment
from aae_jax.runs.folder import PROFILE, RUNS
from aae_jax.runs.invocation import command
from aae_jax.runs.journal import append_environment
from aae_jax.runs.making import check_savable

if TYPE_CHECKING:
    from aae_jax.commands.starting import Run, Training


def main(argv: Sequence[str]) -> int:
    """Train a new run or continue one; returns the exit status."""
    request = parse(argv)
    set_up_jax()
    check_savable(request.options.run_dir or RUNS)

    # Before training: its user's settings may be such that it does not start.
    import aae_jax.plotting  # noqa: F401
    from aae_jax.commands.resuming import resume
    from aae_jax.commands.starting import begin, set_up_devices

    set_up_devices(request)
    with noticing_losses(), ExitStack() as held:
        training = (resume if request.options.resume else begin)(request, held)
        if training is None:
            return 0
        note_environment(training)
        if request.options.profile:
            profile(training)
        return run(training, request.options)


def note_environment(training: "Training") -> None:
    """Write into each run what it runs on."""
    if is_first():
        environment = describe_environment()
        for run in training.runs:
            append_environment(run.path, environment)


def profile(training: "Training") -> None:
    """Trace a few warm steps and say where the trace is."""
    folder = training.path / PROFILE
    write_trace(training.trainer, training.state, folder)
    print(f"profile: {folder} (open its perfetto_trace.json.gz in ui.perfetto.dev)")


def run(training: "Training", options: Options) -> int:
    """Train to the end of the plan and draw; returns the exit status."""
    with interruptible(*filter(None, [options.stop_signal])) as interrupt:
        finished = train(training, options, interrupt)
    if finished is None:
        again = command("train", "--run-dir", training.path, "--resume")
        print(f"interrupted; continue with: {again}")
        return status_of(interrupt.number or signal.SIGINT)
    finish(training, finished)
    return 0


def train(
    training: "Training", options: Options, interrupt: Interrupt
) -> "dict[Run, EpochResult] | None":
    """Train to the end of the plan; None where the user asked to stop before it.

    Returns the last epoch of every run that did not diverge.
    """
    from aae_jax.runs.recorder import Recorder, loss_names

    trainer, start = training.trainer, training.start
    num_epochs = trainer.config.epochs
    if start == num_epochs:
        return restored(training)
    stop = Stop(lambda: interrupt.requested, options.stop_seconds)
    with ExitStack() as stack:
        recorders = {
            run: stack.enter_context(Recorder(*run, training.splits, start))
            for run in training.runs
        }
        losses = loss_names(trainer.config)
        progress = stack.enter_context(Progress(start, num_epochs, losses))
        watches = {run: Watch(run.config) for run in training.runs}
        # Inside the recorders, which must not wait for a process that is gone.
        stack.enter_context(noticing_losses())
        timer, done, saved = Timer(options.checkpoint_seconds), start, start
        for results in trainer.epochs(training.state, start, stop):
            is_stopping, is_due = any_process(
                interrupt.requested, is_first() and timer.is_due()
            )
            reached = drop_diverged(training, results, recorders, progress.say)
            done = progress.epoch([result.metrics for result in reached.values()])
            checkpoint = is_due or is_stopping or done == num_epochs
            saved = done if checkpoint else saved
            record(recorders, reached, checkpoint)
            tell_signs(watches, reached, progress.say)
            if done == num_epochs:
                return reached
            if is_stopping:
                return None
        progress.say(repeated(done, saved, timer.passed))
    return None


def record(
    recorders: "dict[Run, Any]", reached: "dict[Run, EpochResult]", checkpoint: bool
) -> None:
    """Write down an epoch of each run; none gets two checkpoints ahead of another."""
    for run in reached if checkpoint else ():
        recorders[run].wait()
    for run, result in reached.items():
        recorders[run].record(result, checkpoint=checkpoint)


def tell_signs(
    watches: "dict[Run, Watch]",
    reached: "dict[Run, EpochResult]",
    say: Callable[[str], None],
) -> None:
    """Say what an epoch newly shows of a game that goes wrong."""
    for run, result in reached.items():
        health = shown(run.config, result.metrics)
        for words in watches[run].new(result.metrics["epoch"], health).values():
            say(f"{run.path}: {words}")


def repeated(done: int, saved: int, seconds: float) -> str:
    """Return what a run that stops within the epoch after `done` will train again."""
    back = f"the checkpoint of epoch {saved}" if saved else "the start"
    return (
        f"stopped within epoch {done + 1}: continuing goes back to {back} and "
        f"repeats {duration(seconds)} of training"
    )


def restored(training: "Training") -> "dict[Run, EpochResult]":
    """Return the end of a trained run as it was restored."""
    return {
        run: EpochResult(training.trainer.picked(training.state, index), {})
        for index, run in enumerate(training.runs)
    }


def drop_diverged(
    training: "Training",
    results: Sequence[EpochResult],
    recorders: "dict[Run, Any]",
    say: Callable[[str], None],
) -> "dict[Run, EpochResult]":
    """Return the results of the runs that go on; one that diverged is said and dropped.

    Raises:
      RunError: All of them diverged.
    """
    reached, diverged = {}, {}
    for run, result in zip(training.runs, results, strict=True):
        if run not in recorders:
            continue
        if result.lost is None:
            reached[run] = result
            continue
        again = command("train", "--run-dir", run.path, "--resume")
        diverged[run] = f"{run.path}: {result.lost}. From its last checkpoint: {again}"
        del recorders[run]
    if not reached:
        raise RunError("\n".join(diverged.values()))
    for words in diverged.values():
        say(words)
    return reached


def finish(training: "Training", finished: "dict[Run, EpochResult]") -> None:
    """Draw the figures and say where they are and how to sample more.

    Raises:
      RunError: Some runs diverged; the others are finished.
    """
    from aae_jax.runs.recorder import draw_figures

    if not is_first():
        return
    for run, result in finished.items():
        params = local_copy(result.state.params)
        figure = draw_figures(*run, params, training.splits)
        print(f"{figure.stem.replace('_', ' ')}: {figure}")
    first = next(iter(finished)).path
    print(f"sample more: {command('sample', '--run-dir', first)}")
    if diverged := len(training.runs) - len(finished):
        raise RunError(f"{diverged} of {len(training.runs)} runs diverged; see above")


def console() -> None:
    """Run this command on the command line."""
    run_command(main)


if __name__ == "__main__":
    console()
