"""How training goes on: with the config it began with, from an epoch of all runs."""

from dataclasses import replace
from pathlib import Path

import pytest

from aae_jax.algorithms.recipes import RECIPES, TUTORIAL
from aae_jax.commands.continuing import (
    Saved,
    common_epoch,
    continued_config,
    plan_for,
    read_saved,
)
from aae_jax.commands.request import parse
from aae_jax.commands.starting import Run
from aae_jax.core.config import Config
from aae_jax.core.phases import TrainState
from aae_jax.errors import AAEError, ConfigError, RunError
from aae_jax.runs.making import create_run
from tests.support.configs import first_state
from tests.support.runs import ORIGIN, record, saved_run

SAVED = replace(TUTORIAL, epochs=20, num_train=1437, image_shape=(8, 8, 1))


def continued(argv: list[str], saved: Config, recipe: str = "tutorial") -> Config:
    path, origin = Path("run"), replace(ORIGIN, recipe=recipe)
    return continued_config(parse(argv), Saved(path, (Run(path, saved),), origin))


def test_a_resumed_run_keeps_its_config() -> None:
    assert continued([], SAVED) == SAVED
    assert continued(["--epochs", "20", "--recipe", "tutorial"], SAVED) == SAVED
    longer = continued(["--epochs", "30"], SAVED)
    assert longer == replace(SAVED, epochs=30)


@pytest.mark.parametrize("recipe", RECIPES)
def test_flags_of_a_run_of_any_recipe_may_be_repeated(recipe: str) -> None:
    saved = replace(RECIPES[recipe], hidden_dim=16)
    assert continued([], saved, recipe) == saved
    argv = ["--recipe", recipe, "--hidden-dim", "16"]
    assert continued(argv, saved, recipe) == saved


@pytest.mark.parametrize(
    ("argv", "saved", "message"),
    [
        (["--seed", "1"], SAVED, r"change seed from 0 to 1: leave those flags out"),
        (["--seed", "1", "--epochs", "30"], SAVED, r"seed from 0 to 1"),
        (["--generator.lr", "0.5"], SAVED, r"change generator.lr from 0.001 to 0.5"),
        (["--prior.std", "2"], SAVED, r"change prior.std from 5.0 to 2.0: leave"),
        (["--epochs", "10"], SAVED, r"not shortened.*from 20 to 10"),
        (["--recipe", "default"], SAVED, r"started from --recipe tutorial"),
        (["--recipe=default"], SAVED, r"started from --recipe tutorial"),
        (
            ["--epochs", "30"],
            replace(SAVED, schedule="cosine"),
            r"depend on its planned length of 20 epochs.* start .* --epochs 30",
        ),
        (
            ["--epochs", "30"],
            replace(SAVED, agreement_weight=0.03),
            r"steps of this run depend on its planned length of 20",
        ),
    ],
)
def test_a_resumed_run_refuses_changes_with_the_fix(
    argv: list[str], saved: Config, message: str
) -> None:
    with pytest.raises(RunError, match=message):
        continued(argv, saved)


def test_a_flag_of_another_algorithm_cannot_act_on_a_saved_run() -> None:
    saved = RECIPES["autoencoder"]
    with pytest.raises(ConfigError, match=r"--generator.lr cannot act: autoencoder"):
        continued(["--generator.lr", "0.5"], saved, "autoencoder")


def saved_at(path: Path, *flags: str) -> Saved:
    return read_saved(parse(["--resume", "--run-dir", str(path), *flags]))


def test_a_sweep_is_its_runs_by_seed(sweep: Path, tutorial: Config) -> None:
    saved = saved_at(sweep)
    assert [run.path.name for run in saved.runs] == ["seed-0", "seed-1"]
    assert [run.config.seed for run in saved.runs] == [0, 1]
    alone = saved_at(sweep / "seed-1")
    assert alone.runs == (saved.runs[1],)
    longer = plan_for(parse(["--epochs", "9"]), saved)
    assert [run.config for run in longer.runs] == [
        replace(tutorial, epochs=9, seed=seed) for seed in (0, 1)
    ]


@pytest.mark.parametrize(
    ("flags", "error", "message"),
    [
        (["--num-seeds", "3"], RunError, "holds 2 runs, and .*leave out --num-seeds"),
        (["--process-id", "0"], ConfigError, "several seeds at once are for one"),
    ],
)
def test_a_sweep_goes_on_as_it_began(
    sweep: Path, flags: list[str], error: type[AAEError], message: str
) -> None:
    assert saved_at(sweep, "--num-seeds", "2") == saved_at(sweep)
    with pytest.raises(error, match=message):
        saved_at(sweep, *flags)


def test_runs_that_differ_in_more_than_seeds_are_no_sweep(
    sweep: Path, tutorial: Config
) -> None:
    create_run(sweep / "seed-2", replace(tutorial, seed=2, epochs=9), ORIGIN)
    with pytest.raises(RunError, match=r"differ in more .* --run-dir \S+seed-2"):
        saved_at(sweep)


@pytest.fixture(scope="module")
def state(tutorial: Config) -> TrainState:
    return first_state(tutorial)


def runs_with(
    folder: Path, config: Config, state: TrainState, *epochs: tuple[int, ...]
) -> list[Run]:
    """Make one run for each tuple of epochs that have a checkpoint."""
    runs = [
        Run(folder / f"seed-{seed}", replace(config, seed=seed))
        for seed in range(len(epochs))
    ]
    for run, finished in zip(runs, epochs, strict=True):
        saved_run(run.path, run.config, state, *finished)
    return runs


def test_runs_go_back_to_an_epoch_of_all(
    tmp_path: Path, tutorial: Config, state: TrainState
) -> None:
    runs = runs_with(tmp_path / "first", tutorial, state, (), (1,))
    assert common_epoch(tmp_path, runs) == 0
    runs = runs_with(tmp_path, tutorial, state, (1, 2), (2, 3))
    assert common_epoch(tmp_path, runs) == 2
    record(*runs[1])
    with pytest.raises(RunError, match=r"ended at different epochs: continue each"):
        common_epoch(tmp_path, runs)


@pytest.mark.parametrize("epochs", [((1,), (1, 2, 3)), ((), (1, 2)), ((1,), (2,))])
def test_more_than_one_checkpoint_is_not_given_up(
    tmp_path: Path, tutorial: Config, state: TrainState, epochs: tuple
) -> None:
    runs = runs_with(tmp_path, tutorial, state, *epochs)
    with pytest.raises(RunError, match=r"different epochs: .* \S+seed-1 --resume"):
        common_epoch(tmp_path, runs)


def test_a_run_without_checkpoints_begins_at_0(sweep: Path) -> None:
    assert common_epoch(sweep, saved_at(sweep).runs) == 0
