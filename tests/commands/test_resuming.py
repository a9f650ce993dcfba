"""Going back to a checkpoint: alone, and with the data that the run began with."""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from aae_jax.commands.request import parse
from aae_jax.commands.resuming import resume
from aae_jax.commands.starting import Training
from aae_jax.core.config import Config
from aae_jax.data import load_dataset
from aae_jax.errors import DamageError, RunError
from aae_jax.runs.checkpoints import finished_epochs
from aae_jax.runs.folder import read_origin
from tests.support.configs import first_state
from tests.support.runs import record, save, saved_run


def test_nobody_trains_a_run_that_is_being_trained(sweep: Path) -> None:
    run = sweep / "seed-0"
    request = parse(["--resume", "--run-dir", str(run), "--dataset", "digits"])
    with ExitStack() as held, pytest.raises(RunError, match="not those"):
        resume(request, held)
    with ExitStack() as one, ExitStack() as other:
        with pytest.raises(RunError, match="not those"):
            resume(request, one)
        with pytest.raises(RunError, match="is being trained by another process"):
            resume(request, other)


def test_other_data_is_refused(sweep: Path) -> None:
    run = Path(shutil.move(sweep / "seed-0", sweep.parent / "run"))
    request = parse(["--resume", "--run-dir", str(run), "--dataset", "digits"])
    with ExitStack() as held, pytest.raises(RunError, match=r"began with \(somewhere"):
        resume(request, held)


@pytest.fixture
def finished(tmp_path: Path, tutorial: Config) -> Path:
    """A run of three epochs, with checkpoints of the last two and its figures."""
    config, state = replace(tutorial, num_train=43), first_state(tutorial)
    run = saved_run(tmp_path / "run", config, state)
    for epoch in (2, 3):
        step = state.step + epoch * config.steps_per_epoch
        save(run, config, state.replace(step=step), epoch)
    record(run, config)
    return run


def resumed(run: Path) -> Training | None:
    with ExitStack() as held:
        return resume(parse(["--resume", "--run-dir", str(run)]), held)


def emptied(checkpoint: Path) -> None:
    shutil.rmtree(checkpoint)
    checkpoint.mkdir()


def without_training(checkpoint: Path) -> None:
    shutil.rmtree(checkpoint / "training")


def of_other_arrays(checkpoint: Path) -> None:
    sums = checkpoint / "checksums" / "metadata"
    sums.write_text(sums.read_text().replace("1", "2", 1))


@pytest.mark.parametrize("damage", [emptied, without_training, of_other_arrays])
def test_a_run_goes_back_to_the_newest_checkpoint_that_is_whole(
    finished: Path, damage: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    assert resumed(finished) is None
    capsys.readouterr()
    damage(finished / "checkpoints" / "3")
    with pytest.raises(RunError, match=r"not those .* began with"):
        resumed(finished)
    (line,) = capsys.readouterr().out.splitlines()
    aside = finished / "damaged-3"
    assert f"checkpoint 3 of {finished} cannot be read" in line
    assert f"it lies in {aside} now, and the checkpoint before it is used" in line
    assert aside.is_dir() and finished_epochs(finished) == [2]
    damage(finished / "checkpoints" / "2")
    data = replace(
        read_origin(finished), fingerprint=load_dataset("digits").fingerprint
    )
    (finished / "origin.json").write_text(data.to_json())
    with pytest.raises(DamageError, match=rf"checkpoint 2 of {finished} cannot be"):
        resumed(finished)
    assert finished_epochs(finished) == [2]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("30", r"a checkpoint of epoch 30, but .* plans 3"),
        ("3", "holds the state after 2"),
    ],
)
def test_a_checkpoint_is_the_state_of_its_epoch(
    finished: Path, name: str, said: str
) -> None:
    checkpoints = finished / "checkpoints"
    (checkpoints / "3").rename(finished / "aside")
    (checkpoints / "2").rename(checkpoints / name)
    with pytest.raises(RunError, match=said):
        resumed(finished)
