"""How a new training starts: nothing is written before all is known to be right."""

import json
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from aae_jax.commands import starting, train
from aae_jax.commands.request import parse
from aae_jax.errors import AAEError, ConfigError, DataError, RunError
from aae_jax.runs.folder import read_config, read_origin

TINY = ("--dataset", "digits", "--hidden-dim", "6", "--latent-dim", "2")


@pytest.mark.parametrize(
    ("argv", "error", "message"),
    [
        (["--dataset", "mnits"], DataError, "mnist"),
        (["--run-dir", "full"], RunError, "full is not empty"),
        (["--run-dir", "nowhere", "--resume"], RunError, "does not exist"),
        ([*TINY, "--batch-size", "9999"], ConfigError, "only 1437 training images"),
        (
            [*TINY, "--num-seeds", "2", "--chunk-images", "9"],
            ConfigError,
            "leave out --chunk-images",
        ),
    ],
)
def test_train_refuses_before_it_writes(
    argv: list[str],
    error: type[AAEError],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(error, match=message):
        train.main(argv)
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "mine.txt"]


@pytest.mark.parametrize(
    ("recipe", "flags", "message"),
    [
        ("default", (), "supervised needs the labels of all images"),
        (
            "semi_supervised",
            ("--num-labels", "20"),
            "--num-labels cannot act: it",
        ),
    ],
)
def test_labels_that_are_not_known_are_not_trained_on(
    recipe: str,
    flags: tuple[str, ...],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    labels = np.where(np.arange(300) < 40, np.arange(300) % 2, -1)
    images = np.random.default_rng(0).integers(0, 256, (300, 6, 5), np.uint8)
    np.savez("some.npz", images=images, labels=labels)
    with pytest.raises(ConfigError, match=message):
        train.main(["--recipe", recipe, "--dataset", "some.npz", *flags])
    assert [path.name for path in tmp_path.iterdir()] == ["some.npz"]


@pytest.mark.slow
@pytest.mark.parametrize("num_seeds", [1, 2])
def test_a_training_starts_with_its_directories_and_first_state(
    tmp_path: Path, num_seeds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ("--num-seeds", str(num_seeds), "--seed", "7", "--run-dir")
    request = parse([*TINY, *flags, str(tmp_path / "run")])
    with ExitStack() as held:
        training = starting.begin(request, held)
        members = ["run"] if num_seeds == 1 else ["seed-7", "seed-8"]
        assert [run.path.name for run in training.runs] == members
        assert [run.config.seed for run in training.runs] == [7, 8][:num_seeds]
        assert (training.start, training.path) == (0, tmp_path / "run")
        for index, run in enumerate(training.runs):
            assert read_config(run.path) == run.config
            assert read_origin(run.path).dataset == "digits"
            picked = training.trainer.picked(training.state, index)
            assert set(picked.params) == set(run.config.networks())
            assert picked.step == 0
    said = capsys.readouterr().out
    source = training.splits.source
    assert said == f"training default on {source}, writing to {training.path}\n"


def test_a_run_names_where_it_came_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    prepared = starting.prepare(parse([*TINY, "--recipe", "tutorial", "--seed", "3"]))
    path = Path(starting.create(prepared))
    assert path.parent == Path("runs")
    assert path.name.startswith("digits-tutorial-") and path.name.endswith("-3")
    origin = json.loads((path / "origin.json").read_text())
    assert (origin["recipe"], origin["dataset"]) == ("tutorial", "digits")
    assert origin["fingerprint"] == prepared.splits.fingerprint
