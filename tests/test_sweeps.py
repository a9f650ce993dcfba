"""Several seeds at once against the same one by one, and the folders they fill."""

import json
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest
from processes import CONSTANT, SMALL, metrics
from trees import assert_close, assert_equal

import train
from aae_jax import runs, starting
from aae_jax.checkpoints import finished_epochs
from aae_jax.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.devices import make_mesh
from aae_jax.errors import ConfigError, RunError
from aae_jax.journal import read_metrics
from aae_jax.loop import LOSSES, first_state, run_epochs
from aae_jax.sweeps import first_states, pick, run_sweep, stack_states

SEEDS = [3, 2**32 - 1]
SWEEP = [*SMALL, *CONSTANT, "--num-seeds", "2", "--seed", "4"]


def test_a_sweep_equals_its_seeds_one_by_one(
    default: Config, splits: DatasetSplits
) -> None:
    # A device a seed, where there are so many.
    mesh = make_mesh(min(2, jax.device_count()), len(SEEDS), "num-seeds")
    states = first_states(default, SEEDS, mesh)
    sweep = list(run_sweep(default, SEEDS, states, splits, 0, mesh=mesh))
    for index, seed in enumerate(SEEDS):
        config = replace(default, seed=seed)
        alone = run_epochs(config, first_state(config), splits, start=0)
        for together, one in zip(sweep, alone, strict=True):
            state, measured = together[index]
            assert_close(jax.device_get(state), jax.device_get(one.state))
            assert measured["epoch"] == one.metrics["epoch"]
            for name in (*LOSSES, "validation_error", "code_mean"):
                np.testing.assert_allclose(measured[name], one.metrics[name], atol=1e-5)


def test_states_are_stacked_and_picked(tiny: Config) -> None:
    mesh = make_mesh(1, 2, "num-seeds")
    states = [first_state(replace(tiny, seed=seed)) for seed in (1, 2)]
    stacked = stack_states(states, mesh)
    assert_equal(stacked, first_states(tiny, [1, 2], mesh))
    assert_equal(pick(stacked, 1), states[1])


def test_each_seed_has_a_run_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep = tmp_path / "sweep"
    flags = ["--epochs", "1", "--run-dir", str(sweep)]
    assert train.main([*SWEEP, *flags]) == 0
    members = runs.runs_of_sweep(sweep)
    assert [member.name for member in members] == ["seed-4", "seed-5"]
    assert runs.newest_run(tmp_path) in members
    for seed, member in zip((4, 5), members, strict=True):
        config, _ = runs.load_run(member)
        assert config.seed == seed
        assert (member / "figures" / "style_grid.png").exists()
        (line,) = (member / "metrics.jsonl").read_text().splitlines()
        assert json.loads(line)["epoch"] == 1
    assert "sample.py --run-dir" in capsys.readouterr().out

    # It goes on as one, also where one run is a checkpoint ahead of the other.
    resume = ["--run-dir", str(sweep), "--resume"]
    assert train.main([*resume, "--epochs", "2"]) == 0
    expected = [metrics(member) for member in members]
    (sweep / "seed-5" / "checkpoints" / "2").rename(tmp_path / "lost")
    for member in members:
        (member / "figures" / "style_grid.png").unlink()
    assert train.main(resume) == 0
    assert [finished_epochs(member) for member in members] == [[1, 2]] * 2
    assert [metrics(member) for member in members] == expected
    assert train.main(resume) == 0
    assert "is finished: all its 2 epochs are trained" in capsys.readouterr().out


def test_a_seed_that_diverges_costs_no_other(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_states = starting.first_states

    def with_a_bad_one(*arguments: object) -> object:
        states = make_states(*arguments)
        bad = jax.tree.map(lambda leaf: leaf.at[1].set(np.nan), states.params.decoder)
        return states.replace(params=states.params.replace(decoder=bad))

    monkeypatch.setattr(starting, "first_states", with_a_bad_one)
    flags = ["--epochs", "2", "--run-dir", str(tmp_path)]
    with pytest.raises(RunError, match="1 of 2 runs diverged"):
        train.main([*SWEEP, *flags])
    assert "seed-5: training diverged in epoch 1" in capsys.readouterr().out
    good, bad = runs.runs_of_sweep(tmp_path)
    assert (good / "figures" / "style_grid.png").exists()
    assert read_metrics(bad) == []
    with pytest.raises(RunError, match=r"at different epochs: continue each by itself"):
        train.main(["--run-dir", str(tmp_path), "--resume"])
    assert finished_epochs(good) == [1, 2]


def test_a_sweep_continues_whole(tmp_path: Path) -> None:
    assert train.main([*SWEEP, "--epochs", "1", "--run-dir", str(tmp_path)]) == 0
    resume = ["--run-dir", str(tmp_path), "--resume"]
    with pytest.raises(RunError, match=r"holds 2 runs.*leave out --num-seeds"):
        train.main([*resume, "--num-seeds", "3"])
    with pytest.raises(RunError, match="seed from 4 to 7"):
        train.main([*resume, "--seed", "7"])
    with pytest.raises(ConfigError, match=r"take the data whole.*--chunk-images"):
        train.main([*resume, "--chunk-images", "300"])
    # What is finished is not given up for a run that lost its only checkpoint.
    good, lost = runs.runs_of_sweep(tmp_path)
    written = metrics(good)
    (lost / "checkpoints" / "1").rename(tmp_path / "lost")
    with pytest.raises(RunError, match=r"at different epochs: continue each by itself"):
        train.main([*resume, "--epochs", "2"])
    assert (finished_epochs(good), metrics(good)) == ([1], written)
    config = runs.read_config(tmp_path / "seed-5")
    runs.write_config(tmp_path / "seed-5", replace(config, latent_noise=0.9))
    with pytest.raises(RunError, match="differ in more than their seeds"):
        train.main(resume)
