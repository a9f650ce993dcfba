"""A run that diverges is said and dropped; the others go on."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from aae_jax.commands import train
from aae_jax.commands.starting import Run, Training
from aae_jax.core.config import Config
from aae_jax.engine.trainer import EpochResult
from aae_jax.errors import RunError
from aae_jax.runs.journal import read_metrics

NAN = float("nan")


@pytest.fixture
def training(default: Config) -> Training:
    runs = [Run(Path(f"seed-{seed}"), replace(default, seed=seed)) for seed in range(3)]
    return Training(Path("sweep"), tuple(runs), Mock(), Mock(), 0, Mock())


def results(*losses: float) -> list[EpochResult]:
    lost = "training diverged in epoch 4"
    return [
        EpochResult(Mock(), {"epoch": 4}, None if loss == loss else lost)
        for loss in losses
    ]


def test_a_diverged_run_is_said_once_and_dropped(training: Training) -> None:
    recorders: dict[Run, Any] = dict.fromkeys(training.runs)
    said: list[str] = []
    first, _, third = training.runs
    for epoch in (results(0.1, NAN, 0.3), results(0.1, NAN, 0.3)):
        reached = train.drop_diverged(training, epoch, recorders, said.append)
        assert reached == {first: epoch[0], third: epoch[2]}
    assert list(recorders) == [first, third]
    (words,) = said
    assert words.startswith("seed-1: training diverged in epoch 4. From its last")
    assert words.endswith("train.py --run-dir seed-1 --resume")


def test_where_all_have_diverged_training_ends(training: Training) -> None:
    recorders: dict[Run, Any] = dict.fromkeys(training.runs)
    with pytest.raises(RunError, match="seed-0: training diverged") as raised:
        train.drop_diverged(training, results(NAN, NAN, NAN), recorders, print)
    assert len(str(raised.value).splitlines()) == 3


@pytest.mark.slow
def test_a_run_that_diverges_ends_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ("--recipe", "autoencoder", "--dataset", "digits", "--hidden-dim", "8")
    argv = [*flags, "--reconstruction.lr", "1e38", "--run-dir", str(tmp_path / "run")]
    with pytest.raises(RunError, match=r"in epoch \d+, .*reconstruction.*encoder"):
        train.main([*argv, "--epochs", "3"])
    assert "epoch 3/3" not in capsys.readouterr().out
    assert len(read_metrics(tmp_path / "run")) < 3
    assert not (tmp_path / "run" / "figures").exists()
