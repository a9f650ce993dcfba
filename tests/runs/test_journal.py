"""What is written down about a run is read back, and cut back exactly."""

import json
from pathlib import Path

import pytest

from aae_jax.runs import journal


def test_each_start_of_a_run_adds_its_environment(tmp_path: Path) -> None:
    journal.append_environment(tmp_path, {"python": "3.11"})
    journal.append_environment(tmp_path, {"python": "3.12"})
    starts = json.loads((tmp_path / "environment.json").read_text())
    assert [start["python"] for start in starts] == ["3.11", "3.12"]


def test_metrics_are_cut_back_to_an_epoch(tmp_path: Path) -> None:
    for epoch in (1, 2, 3):
        journal.append_metrics(
            tmp_path, {"epoch": epoch, "reconstruction": 0.1 * epoch}
        )
    lines = (tmp_path / "metrics.jsonl").read_text().splitlines()
    journal.cut_metrics(tmp_path, 2)
    assert (tmp_path / "metrics.jsonl").read_text().splitlines() == lines[:2]


def test_epochs_only_ever_follow_each_other(tmp_path: Path) -> None:
    for epoch in (1, 2, 2, 3):
        journal.append_metrics(tmp_path, {"epoch": epoch})
    assert journal.read_metrics(tmp_path) == [{"epoch": 1}, {"epoch": 2}]


@pytest.mark.parametrize("damaged", ['{"epoch": 2, "reconstr', "3", "{}", "\0"])
def test_a_damaged_line_is_dropped(tmp_path: Path, damaged: str) -> None:
    journal.append_metrics(tmp_path, {"epoch": 1})
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write(damaged)
    assert journal.read_metrics(tmp_path) == [{"epoch": 1}]
    journal.cut_metrics(tmp_path, 5)
    journal.append_metrics(tmp_path, {"epoch": 2})
    assert journal.read_metrics(tmp_path) == [{"epoch": 1}, {"epoch": 2}]
