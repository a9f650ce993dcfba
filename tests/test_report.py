"""The report on disentanglement: its jobs, its tables and its reference model."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from aae_jax import load_dataset
from aae_jax.config import Config
from aae_jax.data import Dataset, DatasetSplits
from aae_jax.errors import RunError
from aae_jax.evaluation.catalogue import METRICS
from aae_jax.loop import LOSSES
from experiments.disentanglement.__main__ import KEY_METRICS
from experiments.disentanglement.arms import ARMS, MAIN, jobs
from experiments.disentanglement.cvae import train_cvae
from experiments.disentanglement.figures import trade_off_figure
from experiments.disentanglement.measured import (
    check_result,
    result_path,
    wanted_config,
)
from experiments.disentanglement.tables import (
    Measured,
    losses_table,
    metrics_table,
    read_study,
    studies_table,
)
from experiments.results import replace_block
from experiments.temperature import COLUMNS, row_of


def result(value: float) -> dict[str, Any]:
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Results of two of the five seeds of the first study."""
    for seed, value in ((0, 0.25), (3, 0.75)):
        result_path(tmp_path, MAIN, seed).write_text(json.dumps(result(value)))
    return tmp_path


def test_every_run_is_made_once_and_the_first_are_those_of_the_default() -> None:
    names = [result_path(Path(), study, seed).name for study, seed in jobs()]
    assert len(set(names)) == len(names)
    assert names[0] == "default-0.json"
    seeds = [seed for _, seed in jobs()]
    assert seeds == sorted(seeds)


def test_a_table_shows_mean_and_spread_and_says_what_is_missing(folder: Path) -> None:
    table = metrics_table([read_study(folder, study) for study in ARMS[:2]])
    lines = table.splitlines()
    assert "`default` (2 of 5 seeds)" in lines[0]
    assert "(0 of 3 seeds)" in lines[0]
    assert len(lines) == 2 + len(METRICS) + 2
    for line in lines[2:-2]:
        *_, default, tutorial = (cell.strip() for cell in line.strip("|").split("|"))
        assert default.strip("()") == "0.500 ± 0.354"
        assert tutorial == "not yet run"
    assert "| epochs |  |  | 7 | not yet run |" in lines


def test_a_result_of_another_config_is_not_taken_for_todays(
    tmp_path: Path,
) -> None:
    splits = load_dataset("digits")
    wanted = wanted_config(MAIN, 0, splits)
    path = tmp_path / "default-0.json"
    path.write_text(json.dumps({"config": asdict(wanted)}))
    check_result(path, MAIN, 0, splits)
    older = asdict(replace(wanted, temperature=0.9))
    path.write_text(json.dumps({"config": older}))
    with pytest.raises(RunError, match="another config: delete it"):
        check_result(path, MAIN, 0, splits)


def test_a_row_of_temperatures_leaves_out_what_is_not_known() -> None:
    runs = [dict.fromkeys(COLUMNS, value) for value in (0.25, 0.75)]
    first, *others = row_of([{**run, "diversity": None} for run in runs])
    assert first == "0.500 ± 0.354"
    assert others[-1] == ""


def test_losses_that_a_run_has_not_are_left_empty(folder: Path) -> None:
    row = losses_table([read_study(folder, MAIN)]).splitlines()[2]
    assert [cell.strip() for cell in row.strip("|").split("|")][1:] == [
        "0.500 ± 0.354",
        *[""] * (len(LOSSES) - 1),
    ]


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


def test_narrow_tables_hold_metrics_that_exist(folder: Path) -> None:
    chosen = [m for m in METRICS if (m.group, m.name) in KEY_METRICS]
    assert len(chosen) == len(KEY_METRICS)
    header = studies_table([read_study(folder, MAIN)], chosen).splitlines()[0]
    assert header.count("|") == len(chosen) + 2


def test_only_the_named_block_is_replaced() -> None:
    text = "a\n<!-- x: begin -->\nold\n<!-- x: end -->\n<!-- y: begin -->\n1\n"
    text += "<!-- y: end -->\nz"
    once = replace_block(text, "x", r"new \1")
    assert once == text.replace("old", r"new \1")
    assert replace_block(once, "x", r"new \1") == once
    assert replace_block(text, "unknown", "new") == text


def test_the_reference_model_learns_what_its_labels_look_like(
    default: Config, splits: DatasetSplits
) -> None:
    labels = splits.train.labels
    patterns = splits.train.images[:4] // 128 * 255
    config = replace(default, epochs=60, hidden_dim=32, reconstruction_lr=1e-2)
    model = train_cvae(config, Dataset(patterns[labels], labels))
    z = np.random.default_rng(0).normal(size=(4, config.latent_dim)).astype("float32")
    painted = np.asarray(model.decode(z, np.arange(4, dtype=np.int32)))
    assert np.mean(np.abs(painted - patterns / 255)) < 0.05
    codes = model.encode(jax.numpy.asarray(patterns / np.float32(255)))
    # With nothing left to say about an image, the codes are those of the prior's mean.
    assert np.shape(codes) == (4, config.latent_dim)
    assert np.max(np.abs(codes)) < 0.5


def test_style_does_not_count_where_content_is_wrong(folder: Path) -> None:
    table = metrics_table([read_study(folder, MAIN)])
    lines = {line.split("|")[1].strip(): line for line in table.splitlines()}
    # Of the two results, with 0.25 and 0.75 everywhere, neither is read well enough.
    assert lines["style kept, slant"].rstrip(" |").endswith("(0.500 ± 0.354)")
    assert lines["leakage, MLP"].rstrip(" |").endswith(" 0.500 ± 0.354")
