"""Nobody trains where another does."""

from pathlib import Path

import pytest
from processes import CONSTANT, SMALL, metrics

import train
from aae_jax.checkpoints import finished_epochs
from aae_jax.errors import RunError
from aae_jax.locking import holding


def test_what_is_held_is_free_again_afterwards(tmp_path: Path) -> None:
    paths = tmp_path / "one", tmp_path / "two"
    for path in paths:
        path.mkdir()
    with (
        holding(*paths),
        pytest.raises(RunError, match=r"two is being trained by another process"),
        holding(paths[1]),
    ):
        raise AssertionError("two hold it")
    with holding(paths[1]):
        pass


def test_who_gets_one_of_two_holds_neither(tmp_path: Path) -> None:
    paths = tmp_path / "one", tmp_path / "two"
    for path in paths:
        path.mkdir()
    with holding(paths[1]):
        with pytest.raises(RunError), holding(*paths):
            raise AssertionError("two hold it")
        with holding(paths[0]):
            pass


def test_a_run_that_is_being_trained_is_not_resumed(tmp_path: Path) -> None:
    run = tmp_path / "run"
    flags = [*SMALL, *CONSTANT, "--epochs", "1", "--run-dir", str(run)]
    assert train.main(flags) == 0
    written = metrics(run)
    with holding(run), pytest.raises(RunError, match="being trained by another"):
        train.main(["--run-dir", str(run), "--resume", "--epochs", "2"])
    assert (finished_epochs(run), metrics(run)) == ([1], written)
