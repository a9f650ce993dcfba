"""`evaluate.py` end to end, as a user runs it: in processes of their own."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from aae_jax import load_dataset
from aae_jax.algorithms.recipes import RECIPES, recipe_for
from aae_jax.commands import evaluate
from aae_jax.commands.evaluate import changes_to
from aae_jax.core.changes import laid_over
from aae_jax.data.splits import digest
from aae_jax.evaluation import table
from tests.support.processes import SMALL, call

SLOW = pytest.mark.slow


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two epochs on the digits."""
    folder = tmp_path_factory.mktemp("evaluated")
    flags = (*SMALL, "--epochs", 2, "--run-dir", "run")
    assert call("train", *flags, cwd=folder)[0] == 0
    return folder / "run"


def copied(run: Path, name: str) -> Path:
    return Path(shutil.copytree(run, run.parent / name))


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


@SLOW
def test_good_runs_are_measured_and_broken_ones_named(run: Path) -> None:
    broken, moved = copied(run, "broken"), copied(run, "moved")
    (broken / "config.json").write_text("{")
    origin = read(moved / "origin.json")
    (moved / "origin.json").write_text(json.dumps({**origin, "fingerprint": "other"}))
    (run.parent / "file").write_text("no run")
    names = ("broken", "moved", "run", "nothing", "file")
    status, output, errors = call("evaluate", *names, cwd=run.parent)
    assert status == 2
    broken_line, moved_line, nothing_line, file_line = errors.splitlines()
    assert broken_line.startswith("error: broken/config.json cannot be used")
    assert "not those that moved began with" in moved_line
    assert "--data-dir" in moved_line
    assert "nothing is no run directory: it does not exist" in nothing_line
    assert "file is no run directory: it is a file" in file_line
    assert "content, prior samples" in output
    assert "[1] run: default, epoch 2 of 2, seed 0" in output
    assert "differs from its recipe: hidden_dim 16, epochs 2" in output
    assert not (moved / "evaluation.json").exists()

    evaluation = read(run / "evaluation.json")
    facts = ("recipe", "dataset", "split", "epoch", "seed", "num_images")
    assert [evaluation[name] for name in facts] == [
        "default",
        "digits",
        "test",
        2,
        0,
        180,
    ]
    digits = load_dataset("digits")
    assert evaluation["fingerprint"] == digits.fingerprint
    assert evaluation["split_fingerprint"] == digest(*digits.test)
    assert evaluation["classifier_accuracy"] > 0.95
    assert evaluation["environment"]["packages"]["jax"]
    assert 0 < evaluation["metrics"]["content"]["prior"]["value"] < 0.9
    with Image.open(run / "figures" / "evaluation.png") as figure:
        figure.verify()


@SLOW
@pytest.mark.exhaustive
def test_validation_has_names_of_its_own_and_the_classifier_is_kept(run: Path) -> None:
    shutil.rmtree(run / "figures")
    before = {path.name for path in run.iterdir()}
    flags = ("run", "run", "--split", "validation")
    outputs = [call("evaluate", *flags, cwd=run.parent) for _ in range(2)]
    found = [read(run / "evaluation-validation.json")["metrics"]]
    for status, output, errors in outputs:
        assert (status, errors) == (0, "")
        assert output.count("measuring run on the validation split of digits") == 1
        found.append(read(run / "evaluation-validation.json")["metrics"])
    assert "fitting" not in outputs[1][1]
    assert outputs[1][1].splitlines()[1:3] == [
        "run/evaluation-validation.json",
        "run/figures/evaluation-validation.png",
    ]
    assert found[0] == found[1]
    after = {path.name for path in run.iterdir()}
    assert after - before == {"evaluation-validation.json", "figures"}


def test_what_was_measured_is_shown_though_it_cannot_be_written(
    sweep: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(path: Path, evaluation: dict) -> None:
        raise OSError(28, "No space left on device", str(path))

    measured = []
    monkeypatch.setattr(
        evaluate,
        "evaluate_run",
        lambda path, _: evaluate.Evaluated({"run": path.name}, *[None] * 2),
    )
    monkeypatch.setattr(evaluate, "write_evaluation", fail)
    monkeypatch.setattr(table, "evaluation_table", measured.extend)
    assert evaluate.main([str(sweep)]) == 2
    assert measured == [{"run": "seed-0"}, {"run": "seed-1"}]
    errors = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in errors] == ["error", "error"]


def test_a_run_must_be_named(tmp_path: Path) -> None:
    status, _, errors = call("evaluate", cwd=tmp_path)
    assert status == 2
    assert "at least one run" in errors


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("num_train", [1437, 55_000])
def test_what_differs_from_a_recipe_is_named_as_its_flag(
    recipe: str, num_train: int
) -> None:
    planned = recipe_for(recipe, num_train)
    config = replace(planned, num_train=num_train, image_shape=(8, 8, 1), seed=5)
    assert changes_to(recipe, config) == {}
    phase = config.phases()[0].name
    changed = laid_over(config, {"hidden_dim": 7, f"{phase}.lr": 0.5})
    assert changes_to(recipe, changed) == {"hidden_dim": 7, f"{phase}.lr": 0.5}
    assert changes_to("a recipe of tomorrow", changed) == {}
