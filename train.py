"""Train a supervised adversarial autoencoder: `python train.py --help`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aae_jax.cli import (
    INTERRUPTED,
    Arguments,
    config_for_data,
    config_for_resume,
    parse_arguments,
    run_script,
)
from aae_jax.compilation import keep_compiled
from aae_jax.config import Config
from aae_jax.data import DatasetSplits, data_folder, load_dataset
from aae_jax.runs import (
    EVENTS,
    FIGURES,
    Origin,
    append_environment,
    check_free,
    check_same_data,
    command,
    create_run,
    cut_metrics,
    new_run_dir,
    read_config,
    read_origin,
    write_config,
)

if TYPE_CHECKING:
    from aae_jax.state import TrainState


class Run(NamedTuple):
    """A run to train on, from its state after `start` epochs."""

    path: Path
    config: Config
    splits: DatasetSplits
    start: int
    state: "TrainState"


def main(argv: Sequence[str]) -> int:
    """Train a new run or continue one; returns the exit status."""
    from aae_jax.environment import describe_environment

    arguments = parse_arguments(argv)
    keep_compiled()
    begin = continue_run if arguments.resume else begin_run
    run = begin(argv, arguments)
    if run is None:
        return 0
    append_environment(run.path, describe_environment())
    if not train(run, arguments.checkpoint_seconds):
        print(f"interrupted; continue with: {command('train', run.path)} --resume")
        return INTERRUPTED
    finish(run)
    return 0


def begin_run(argv: Sequence[str], arguments: Arguments) -> Run:
    """Load the data and make the run directory, which says where the run came from."""
    from aae_jax.imaging import framing_for
    from aae_jax.loop import first_state

    if arguments.run_dir is not None:
        check_free(arguments.run_dir)
    splits = load_dataset(arguments.dataset, arguments.data_dir)
    config = config_for_data(argv, splits)
    origin = Origin(
        recipe=arguments.recipe,
        dataset=splits.spec,
        data_dir=str(data_folder(arguments.data_dir)),
        source=splits.source,
        fingerprint=splits.fingerprint,
        class_names=splits.class_names,
        framing=framing_for(splits.name, splits.train.images),
    )
    name = f"{splits.name}-{arguments.recipe}"
    path = arguments.run_dir or new_run_dir(name, config.seed)
    create_run(path, config, origin)
    print(f"training {arguments.recipe} on {splits.source}, writing to {path}")
    return Run(path, config, splits, 0, first_state(config))


def continue_run(argv: Sequence[str], arguments: Arguments) -> Run | None:
    """Go back to the newest checkpoint of a run; None where the run is finished."""
    from aae_jax.checkpoints import latest_epoch, restore_state
    from aae_jax.events import cut_events
    from aae_jax.loop import first_state

    assert arguments.run_dir is not None
    path, origin = arguments.run_dir, read_origin(arguments.run_dir)
    saved = read_config(path)
    config = config_for_resume(argv, origin.recipe, saved)
    start = latest_epoch(path) or 0
    state = restore_state(path, config) if start else first_state(config)
    if start == config.epochs and (path / FIGURES / "style_grid.png").exists():
        print(f"{path} is finished: all its {start} epochs are trained")
        return None
    dataset = origin.dataset if arguments.dataset == "auto" else arguments.dataset
    splits = load_dataset(dataset, arguments.data_dir or origin.data_dir)
    check_same_data(path, origin, splits.fingerprint)
    if start:
        print(f"continuing {path} after epoch {start} of {config.epochs}")
    else:
        print(f"{path} has no finished checkpoint: starting at epoch 0")
    if config != saved:
        write_config(path, config)
    cut_metrics(path, start)
    cut_events(path / EVENTS, start)
    return Run(path, config, splits, start, state)


def train(run: Run, checkpoint_seconds: float) -> bool:
    """Train to the end of the plan; False where the user asked to stop before it."""
    from aae_jax.interrupts import interruptible
    from aae_jax.loop import run_epochs
    from aae_jax.recording import Recorder
    from aae_jax.reporting import Progress

    path, config, splits, start, state = run
    if start == config.epochs:
        return True
    with (
        Recorder(path, config, splits, start, checkpoint_seconds) as recorder,
        Progress(start, config.epochs) as progress,
        interruptible() as interrupt,
    ):
        for epoch in run_epochs(config, state, splits, start):
            is_stopping = interrupt.requested
            is_last = epoch.metrics["epoch"] == config.epochs
            progress.epoch(epoch.metrics)
            recorder.record(epoch, checkpoint=is_last or is_stopping)
            if is_stopping:
                return is_last
    return True


def finish(run: Run) -> None:
    """Draw the figures and say where the grid is and how to sample more."""
    from aae_jax.recording import draw_figures
    from aae_jax.runs import load_run

    config, params = load_run(run.path)
    grid = draw_figures(run.path, config, params, run.splits)
    print(f"style grid: {grid}")
    print(f"sample more: {command('sample', run.path)}")


if __name__ == "__main__":
    run_script(main)
