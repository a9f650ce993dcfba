"""The report on disentanglement: its jobs, its tables and its figure."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aae_jax import load_dataset
from aae_jax.algorithms.catalog import to_dict
from aae_jax.core.changes import laid_over
from aae_jax.data import DatasetSplits
from aae_jax.errors import RunError
from aae_jax.evaluation.catalog import METRICS
from experiments.disentanglement.__main__ import HEADLINE, NARROW
from experiments.disentanglement.arms import ARMS, MAIN, NO_HOLD, STUDIES, Study, jobs
from experiments.disentanglement.figures import trade_off_figure
from experiments.disentanglement.measured import (
    Measured,
    Result,
    read_result,
    result_path,
)
from experiments.disentanglement.tables import (
    BOTH_ENDS,
    GOOD_END,
    chosen,
    epochs,
    losses_table,
    metrics_table,
    studies_table,
)
from experiments.results import replace_block
from experiments.temperature import COLUMNS, row_of
from experiments.trained import Arm


def result(value: float) -> Result:
    """A result in which every metric has the same value."""
    measure = {"value": value, "floor": 0.0, "ceiling": 1.0, "reason": None}
    groups = {metric.group for metric in METRICS}
    return {
        "config": {"epochs": 7},
        "training_minutes": 1.5,
        "last_losses": {"reconstruction": value},
        "metrics": {
            group: {m.name: measure for m in METRICS if m.group == group}
            for group in groups
        },
    }


@pytest.fixture(scope="module")
def digits() -> DatasetSplits:
    return load_dataset("digits")


@pytest.fixture
def some() -> Measured:
    """Results of two of the five seeds of the first study."""
    return Measured(MAIN, [result(0.25), result(0.75)])


def test_every_run_is_made_once_and_the_first_are_those_of_the_default() -> None:
    names = [result_path(Path(), study, seed).name for study, seed in jobs()]
    assert len(set(names)) == len(names)
    assert names[0] == "default-0.json"
    seeds = [seed for _, seed in jobs()]
    assert seeds == sorted(seeds)


@pytest.mark.parametrize("study", [s for s in STUDIES if s.arm.recipe == "default"])
def test_flags_are_those_of_the_command_line_and_change_the_config(
    study: Study, digits: DatasetSplits
) -> None:
    config = study.arm.config(1, digits)
    unchanged = Arm("default", "digits", study.arm.epochs).config(1, digits)
    # The small relative has no agreement that could be switched off.
    same = not study.arm.changes or study.arm.title == "ablation-no-agreement"
    assert (config == unchanged) is same
    assert config.seed == 1
    assert config.image_shape == digits.image_shape


def test_constant_rates_need_no_hold(digits: DatasetSplits) -> None:
    arm = Arm("default", "digits", changes=("--schedule", "constant", *NO_HOLD.split()))
    plain = Arm("default", "digits").config(0, digits)
    changes = {"discriminator.hold": 0.0, "generator.hold": 0.0, "schedule": "constant"}
    assert arm.config(0, digits) == laid_over(plain, changes)


def test_a_table_shows_mean_and_spread_and_says_what_is_missing(some: Measured) -> None:
    columns = [some, Measured(ARMS[1], [])]
    table = metrics_table(columns, METRICS, BOTH_ENDS, {"epochs": epochs})
    header, _, *lines, last = table.splitlines()
    assert "`default` (2 of 5 seeds)" in header
    assert "(0 of 3 seeds)" in header
    assert len(lines) == len(METRICS)
    for line in lines:
        *_, default, tutorial = (cell.strip() for cell in line.strip("|").split("|"))
        assert default.strip("()") == "0.500 ± 0.354"
        assert tutorial == "not yet run"
    assert last == "| epochs |  |  | 7 | not yet run |"


def test_the_headline_names_the_good_end(some: Measured) -> None:
    table = metrics_table([some], chosen("content.prior", "leakage.mlp"), GOOD_END, {})
    content, leakage = table.splitlines()[2:]
    assert "| 1.000 (real images) |" in content
    assert "| 0.0000 (majority) |" in leakage


def test_a_metric_without_a_value_is_an_empty_cell(some: Measured) -> None:
    absent = {"value": None, "floor": None, "ceiling": None, "reason": "no prior"}
    for one in some.results:
        one["metrics"]["posterior"]["mmd2"] = absent
    (row,) = metrics_table(
        [some], chosen("posterior.mmd2"), BOTH_ENDS, {}
    ).splitlines()[2:]
    assert [cell.strip() for cell in row.strip("|").split("|")[1:]] == [""] * 3


def test_a_result_of_another_config_is_not_taken_for_todays(
    tmp_path: Path, digits: DatasetSplits
) -> None:
    path = result_path(tmp_path, MAIN, 0)
    assert read_result(path, MAIN, 0, digits) is None
    wanted = MAIN.arm.config(0, digits)
    path.write_text(json.dumps({"config": to_dict(wanted)}))
    assert read_result(path, MAIN, 0, digits) is not None
    older = replace(wanted, temperature=0.9)
    for config in (to_dict(older), {"prior_std": 5.0, "epochs": 60}):
        path.write_text(json.dumps({"config": config}))
        with pytest.raises(RunError, match="another config: move it aside"):
            read_result(path, MAIN, 0, digits)


def test_a_row_of_temperatures_leaves_out_what_is_not_known() -> None:
    runs = [dict.fromkeys(COLUMNS, value) for value in (0.25, 0.75)]
    first, *others = row_of([{**run, "diversity": None} for run in runs])
    assert first == "0.500 ± 0.354"
    assert others[-1] == ""


def test_losses_that_a_run_has_not_are_left_empty(some: Measured) -> None:
    other = result(0.5) | {"last_losses": {"reconstruction": 0.5, "generator": 2.0}}
    table = losses_table([some, Measured(ARMS[1], [other])]).splitlines()
    header, _, first, second = table
    assert header == "|  | reconstruction | generator |"
    assert first.endswith("| 0.500 ± 0.354 |  |")
    assert second.endswith("| 0.500 | 2.000 |")


def test_the_figure_has_a_dot_a_run_that_did_not_diverge_and_a_number_a_study() -> None:
    far, diverged, near = (
        figure_result(error, 0.5, 0.5) for error in (0.25, None, 0.015)
    )
    close = figure_result(0.015, 0.95, 0.75)
    studies = [[far, diverged, near], [diverged], [close]]
    measured = map(Measured, ARMS, studies)
    figure = trade_off_figure(list(measured))
    for axes in figure.axes:
        dots = [dot for drawn in axes.collections for dot in drawn.get_offsets()]
        assert [error for error, _ in dots] == [0.25, 0.015, 0.015]
    *whole, content, leakage = figure.axes
    for axes, number in [
        *zip(whole, "11", strict=True),
        (content, "3"),
        (leakage, "3"),
    ]:
        assert [text.get_text() for text in axes.texts] == [number]


def figure_result(
    error: float | None, content: float, leakage: float
) -> dict[str, Any]:
    """A result with what the figure shows."""
    return {
        "metrics": {
            "reconstruction": {"error": {"value": error}},
            "content": {"prior": {"value": content}},
            "leakage": {"mlp": {"value": leakage}},
        }
    }


@pytest.mark.parametrize("names", [HEADLINE, NARROW])
def test_narrow_tables_hold_metrics_that_exist(
    names: tuple[str, ...], some: Measured
) -> None:
    metrics = chosen(*names)
    assert len(metrics) == len(set(names)) == len(names)
    header = studies_table([some], metrics).splitlines()[0]
    assert header.count("|") == len(names) + 2


def test_only_the_named_block_is_replaced() -> None:
    text = "a\n<!-- x: begin -->\nold\n<!-- x: end -->\n<!-- y: begin -->\n1\n"
    text += "<!-- y: end -->\nz"
    once = replace_block(text, "x", r"new \1")
    assert once == text.replace("old", r"new \1")
    assert replace_block(once, "x", r"new \1") == once
    assert replace_block(text, "unknown", "new") == text


def test_style_does_not_count_where_content_is_wrong(some: Measured) -> None:
    # Of the two results, with 0.25 and 0.75 everywhere, neither is read well enough.
    style, leakage = (
        studies_table([some], chosen("style.slant", "leakage.mlp"))
        .splitlines()[2]
        .strip("| ")
        .split(" | ")[:0:-1]
    )
    assert (style, leakage) == ("(0.500 ± 0.354)", "0.500 ± 0.354")
