"""`aae-export`: a folder that other commands take, out of a run or of the package."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from aae_jax import load_pretrained, load_run
from aae_jax.commands import export, sample
from aae_jax.commands.continuing import read_saved
from aae_jax.commands.request import parse
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.pretrained import provenance_of
from tests.support.configs import first_state
from tests.support.evaluations import evaluation
from tests.support.runs import record, save, saved_run
from tests.support.trees import assert_equal


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Functions are not written: nothing is said about them."""
    monkeypatch.setattr("aae_jax.export.folder.portable", lambda *_: b"")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(default: Config) -> Path:
    path = saved_run(Path("run"), default, first_state(default), 2)
    record(path, default)
    return path


def test_a_run_is_exported_and_taken_by_other_commands(
    run: Path, capsys: pytest.CaptureFixture
) -> None:
    assert export.main(["run", "model"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == sorted(map(str, Path("model").iterdir()))
    params, trained = load_run("model")[1], load_run(run)[1]
    assert_equal(params, {name: trained[name] for name in ("encoder", "decoder")})
    assert export.main(["model", "again"]) == 0
    for file in ("model.safetensors", "config.json", "origin.json", "codes.npz"):
        assert Path("again", file).read_bytes() == Path("model", file).read_bytes()
    assert sample.main(["--run-dir", "model", "--digits", "1"]) == 0
    assert Path("model/samples/digits-1-10-seed0.png").exists()
    with pytest.raises(RunError, match="cannot be trained further"):
        read_saved(parse(["--resume", "--run-dir", "model"]))


def test_scores_are_in_the_card_where_they_are_of_these_weights(
    run: Path, capsys: pytest.CaptureFixture
) -> None:
    for epoch, shown in ((2, True), (1, False)):
        measured = evaluation(epoch=epoch, run="/home/me/run")
        (run / "evaluation.json").write_text(json.dumps(measured))
        assert export.main(["run", f"model-{epoch}"]) == 0
        card = Path(f"model-{epoch}", "README.md").read_text()
        assert ("diversity" in card) == shown == ("Not measured" not in card)
        assert ("measure it again" in capsys.readouterr().out) != shown
        assert "2 of 3 epochs" in card and "/home/me" not in card


def test_what_is_said_is_of_the_checkpoint_that_is_exported(
    default: Config, capsys: pytest.CaptureFixture
) -> None:
    older, newer = (first_state(replace(default, seed=n)) for n in (1, 2))
    run = saved_run(Path("run"), default, older, 1)
    save(run, default, newer, 2)
    record(run, default)
    (run / "evaluation.json").write_text(json.dumps(evaluation(epoch=2)))
    shutil.rmtree(run / "checkpoints" / "2" / "checksums")
    assert export.main(["run", "model"]) == 0
    said = capsys.readouterr().out
    assert "checkpoint 1 is used" in said and "measure it again" in said
    card = Path("model/README.md").read_text()
    assert "1 of 3 epochs" in card and "Not measured" in card
    kept = {name: older.params[name] for name in ("encoder", "decoder")}
    assert_equal(load_run("model")[1], kept)


@pytest.mark.parametrize(
    "text", ["{", "7", '{"epoch": 2}', '{"epoch": 2, "metrics": 3}']
)
def test_a_damaged_evaluation_is_one_plain_error(run: Path, text: str) -> None:
    (run / "evaluation.json").write_text(text)
    with pytest.raises(RunError, match=r"evaluation.json is damaged .*measure"):
        export.main(["run", "model"])
    assert not Path("model").exists()


def test_a_model_of_the_package_is_exported() -> None:
    assert export.main(["--pretrained", "digits", "model"]) == 0
    assert_equal(load_run("model"), load_pretrained("digits"))
    card = Path("model/README.md").read_text()
    assert 'license: "apache-2.0"' in card and "Trained for 300 of 300" in card
    scores = provenance_of("digits")["metrics"]
    assert f"| content.prior | {scores['content.prior']:g} |" in card


@pytest.mark.parametrize(
    "flags", [["a"], ["a", "b", "c"], ["--pretrained", "digits", "a", "b"]]
)
def test_what_is_exported_where_is_said_once(
    flags: list[str], capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit):
        export.main(flags)
    assert "name a run and the folder to write" in capsys.readouterr().err
