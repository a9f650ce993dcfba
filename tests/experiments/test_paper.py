"""The paper's tables: which runs, what is left, what is written, and who is at what."""

import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aae_jax import load_dataset
from aae_jax.data import DatasetSplits
from aae_jax.errors import ConfigError, RunError
from aae_jax.storage.locks import holding
from experiments.paper import __main__ as paper
from experiments.paper import measured as runs
from experiments.paper import tables, timing
from experiments.paper.deadline import until
from experiments.paper.figures import curves_of, error_figure
from experiments.paper.measured import CLAIMS, Measured, claimed, read_study
from experiments.paper.scores import Score
from experiments.paper.studies import DIGITS, STUDIES, TABLES, WITHIN_30_MINUTES, Study
from experiments.trained import Arm
from tests.support.datasets import blank_mnist

FIRST = WITHIN_30_MINUTES[0]
REPORT = Path(__file__).parents[2] / paper.REPORT


def measure_three(config: Any, params: Any, splits: Any) -> dict[str, Any]:
    return {"score": 0.03, "labels_alone": 0.25}


SMALL = Study(
    "semi_supervised",
    "two epochs of digits",
    Arm("autoencoder", "digits", 2, "small", ("--hidden-dim", "8")),
    (1, 2),
    Score("error, %", measure_three),
    0.5,
    goal=4.0,
)


def shaped_like(study: Study) -> DatasetSplits:
    """Return data of the shape of a study's."""
    return load_dataset("digits") if study.arm.dataset == "digits" else blank_mnist()


def result(score: float, **changes: Any) -> dict[str, Any]:
    return {
        "config": {"epochs": 40},
        "training_minutes": 12.0,
        "measured": {"score": score, "labels_alone": 0.25},
        "curves": {"classification_error": [0.5, 0.1, score]},
        **changes,
    }


@pytest.fixture
def some() -> Measured:
    """Two of the five runs of the first study: errors of 2 and 4 percent."""
    return Measured(FIRST, {10: result(0.02), 12: result(0.04, minutes_alone=9.0)})


def cells(table: str, row: int) -> dict[str, str]:
    """Return the cells of a row by the titles of their columns."""
    lines = [line.strip("|").split("|") for line in table.splitlines()]
    header, cells = ([cell.strip() for cell in lines[n]] for n in (0, 2 + row))
    return dict(zip(header, cells, strict=True))


def test_a_row_has_theirs_ours_and_what_it_took(some: Measured) -> None:
    row = cells(tables.study_table([some, Measured(WITHIN_30_MINUTES[1], {})]), 0)
    assert row["paper"] == "1.90 ± 0.10"
    assert row["goal"] == "<= 3"
    assert row["ours: test error, %"] == "3.00 ± 1.41 (met)"
    assert row["labels alone, %"] == "25.00 ± 0.00"
    assert (row["seeds"], row["epochs"]) == ("2 of 5", "40")
    assert (row["minutes alone"], row["minutes taken"]) == ("9.0", "12.0")
    assert row["command"] == "`--only mnist-semi-100`"


def test_what_is_missed_is_said_to_be(some: Measured) -> None:
    worse = some._replace(results={10: result(0.0301)})
    assert "3.01 (missed)" in tables.study_table([worse])
    unlikely = Score("nats", measure_three, factor=1, digits=1, good=">=")
    assert not unlikely.meets(339.9, 340)
    assert unlikely.meets(339.96, 340)


def test_what_is_not_there_is_marked_with_its_hours(some: Measured) -> None:
    bare = Measured(FIRST, {})
    unknown = Measured(FIRST._replace(arm=Arm("nothing", "mnist")), {})
    assert cells(tables.study_table([bare]), 0)["ours: test error, %"] == "not run"
    left = tables.left_table([some, bare, unknown])
    assert [cells(left, n)["hours"] for n in range(4)] == ["0.9", "1.5", "1.5", "3.9"]
    assert cells(left, 2)[""] == "no such recipe yet"
    done = Measured(FIRST, {seed: result(0.02) for seed in FIRST.seeds})
    assert tables.left_table([done]).count("\n") == 2
    assert "finished" in tables.listing([done])
    assert "0.9 h left" in tables.listing([some])


def test_every_run_is_named_once_and_every_table_has_its_place() -> None:
    names = [study.name for study in STUDIES]
    assert len(set(names)) == len(names)
    text = REPORT.read_text()
    for name in (*TABLES, "left", "error-curve"):
        assert text.count(f"<!-- {name}: begin -->") == 1, name
        assert text.count(f"<!-- {name}: end -->") == 1, name


@pytest.mark.parametrize(
    "study", [s for s in STUDIES if s.has_recipe], ids=lambda study: study.name
)
def test_flags_are_those_of_the_command_line_and_seeds_draw_labels(
    study: Study,
) -> None:
    configs = [study.arm.config(seed, shaped_like(study)) for seed in study.seeds]
    assert [config.seed for config in configs] == list(study.seeds)
    labels = [getattr(config, "label_seed", None) for config in configs]
    is_labeled = "--label-seed" in study.arm.seeded
    assert labels == (list(study.seeds) if is_labeled else [None] * len(configs))


def test_names_that_are_asked_for_are_whole_names() -> None:
    assert paper.asked_for("mnist-semi-100") == [FIRST]
    assert {study.table for study in paper.asked_for("priors")} == {"priors"}
    assert paper.asked_for("") == list(STUDIES)
    with pytest.raises(ConfigError, match=r"'semi'.*mnist-semi-100"):
        paper.asked_for("semi")


@pytest.mark.slow
@pytest.mark.exhaustive
def test_a_missing_run_is_trained_measured_and_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(paper, "DATA", tmp_path / "results")
    monkeypatch.setattr(timing, "ENOUGH", 0.0)
    with holding(tmp_path / CLAIMS / "digits-small-2"):
        paper.fill([SMALL], 1, tmp_path)
    assert "is being trained by another process" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "results").iterdir()] == [
        "digits-small-1.json"
    ]
    found = read_study(tmp_path / "results", SMALL)
    assert found.left == (2,)
    assert found.results[1]["steps"] == 2 * 14
    assert found.results[1]["ms_per_step_alone"] > 0
    assert len(found.results[1]["curves"]["validation_error"]) == 2
    assert found.results[1]["measured"]["score"] == 0.03
    before = (tmp_path / "results/digits-small-1.json").stat().st_mtime_ns
    paper.fill([SMALL], 1, tmp_path)
    assert read_study(tmp_path / "results", SMALL).left == ()
    assert (tmp_path / "results/digits-small-1.json").stat().st_mtime_ns == before
    with pytest.raises(RunError, match="another config: move it aside"):
        read_study(
            tmp_path / "results", SMALL._replace(arm=replace(SMALL.arm, epochs=3))
        )


def test_a_recipe_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    unknown = SMALL._replace(arm=replace(SMALL.arm, recipe="nothing"))
    paper.fill([unknown], 1, tmp_path)
    assert not list(tmp_path.iterdir())
    assert runs.read_all(tmp_path, [unknown]) == [Measured(unknown, {})]


def test_a_run_that_another_command_trains_is_not_claimed(tmp_path: Path) -> None:
    run = tmp_path / "digits-small-1"
    with claimed(run):
        assert not run.exists()
    run.mkdir()
    (run / "config.json").touch()
    with holding(run), pytest.raises(RunError, match="another process"), claimed(run):
        raise AssertionError("claimed")


def test_work_ends_at_its_deadline_and_ctrl_c_is_still_an_error() -> None:
    began = time.monotonic()
    with until(0.2 / 3600) as is_over:
        while True:
            time.sleep(0.01)
    assert is_over()
    assert time.monotonic() - began < 10
    with pytest.raises(KeyboardInterrupt), until(1) as is_over:
        signal.raise_signal(signal.SIGINT)
    assert not is_over()


def test_nothing_is_timed_while_the_cores_are_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(timing, "idle_share", lambda: 0.3)
    runs.add_times(tmp_path, Measured(DIGITS, {10: result(0.1)}))
    assert "idle for 30%" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    timed = Measured(DIGITS, {10: result(0.1, minutes_alone=1.0)})
    runs.add_times(tmp_path, timed)
    assert capsys.readouterr().err == ""


def test_the_idle_share_is_a_share() -> None:
    assert 0 <= timing.idle_share(0.05) <= 1


def test_the_figure_shows_the_epochs_that_all_runs_have(some: Measured) -> None:
    longer = {"classification_error": [0.5, 0.3, 0.2, 0.1]}
    both = {**some.results, 11: result(0.1, curves=longer)}
    errors = curves_of(some._replace(results=both))
    np.testing.assert_allclose(errors[-1], [50, 30, 20])
    figure = error_figure([some, Measured(DIGITS, {10: result(0.5)})])
    assert figure is not None
    (line,) = figure.axes[0].lines
    np.testing.assert_allclose(line.get_ydata(), [50, 10, 3])
    assert "(2 seeds)" in str(line.get_label())
    assert error_figure([Measured(FIRST, {})]) is None


def test_committed_results_are_of_todays_configs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "data_of", shaped_like)
    runs.read_all(REPORT.parents[1] / paper.DATA, STUDIES)
