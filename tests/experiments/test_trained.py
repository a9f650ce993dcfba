"""Runs of the experiments: trained once, then reused; results of today's configs."""

from dataclasses import replace
from pathlib import Path

import pytest

from aae_jax.errors import RunError
from experiments.disentanglement.__main__ import DATA
from experiments.disentanglement.arms import STUDIES
from experiments.disentanglement.measured import read_result, result_path
from experiments.trained import Arm, of_training, trained
from tests.support.datasets import blank_mnist

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_a_run_is_trained_once_and_not_taken_for_another_arms(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    small = Arm("no_adversary", "digits", 2, "small", ("--hidden-dim", "8"))
    run, config, params = trained(small, 1, tmp_path)
    assert (run.name, config.epochs, config.seed) == ("digits-small-1", 2, 1)
    assert set(params) == {"encoder", "decoder"}
    about = of_training(run, config)
    assert list(about["last_losses"]) == ["reconstruction"]
    capfd.readouterr()
    assert trained(small, 1, tmp_path)[:2] == (run, config)
    assert "is finished" in capfd.readouterr().out
    with pytest.raises(RunError, match="another config: move it aside"):
        trained(replace(small, epochs=3), 1, tmp_path)


def test_committed_results_are_of_todays_configs() -> None:
    splits = blank_mnist()
    studies = [s for s in STUDIES if result_path(ROOT / DATA, s, 0).exists()]
    assert studies
    for study in studies:
        read_result(result_path(ROOT / DATA, study, 0), study, 0, splits)
