"""What is written down about a run is read back, and cut back exactly."""

import json
from pathlib import Path

import pytest

from aae_jax.errors import RunError
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


WHOLE = [{"epoch": epoch, "loss": 0.5} for epoch in (1, 2, 3)]
LINES = [json.dumps(entry) for entry in WHOLE]


@pytest.mark.parametrize("damaged", ['{"epoch": 2, "los', "3", "{}", "\0", "[" * 99999])
@pytest.mark.parametrize("place", range(4))
def test_a_damaged_line_is_lost_and_no_other(
    tmp_path: Path, damaged: str, place: int
) -> None:
    lines = [*LINES[:place], damaged, *LINES[place:]]
    (tmp_path / "metrics.jsonl").write_text("\n".join(lines))
    journal.cut_metrics(tmp_path, 3)
    assert journal.read_metrics(tmp_path) == WHOLE
    assert (tmp_path / "metrics.jsonl").read_text().splitlines() == LINES


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\n \n"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\n"])
def test_what_an_editor_adds_is_no_damage(tmp_path: Path, mark: str, end: str) -> None:
    (tmp_path / "metrics.jsonl").write_bytes((mark + end.join(LINES)).encode())
    journal.cut_metrics(tmp_path, 2)
    journal.append_metrics(tmp_path, WHOLE[2])
    assert journal.read_metrics(tmp_path) == WHOLE


def test_of_two_lines_about_an_epoch_the_later_one_counts(tmp_path: Path) -> None:
    for entry in (*WHOLE, {"epoch": 2, "loss": 0.7}):
        journal.append_metrics(tmp_path, entry)
    found = journal.read_metrics(tmp_path)
    assert found == [WHOLE[0], {"epoch": 2, "loss": 0.7}, WHOLE[2]]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_history_that_cannot_be_read_is_not_thrown_away(
    tmp_path: Path, encoding: str
) -> None:
    content = "\n".join(LINES).encode(encoding)
    (tmp_path / "metrics.jsonl").write_bytes(content)
    with pytest.raises(RunError, match=r"nothing that can be read .* save it as UTF-8"):
        journal.cut_metrics(tmp_path, 3)
    assert (tmp_path / "metrics.jsonl").read_bytes() == content
    journal.cut_metrics(tmp_path, 0)


def test_a_damaged_environment_stays_beside_the_new_one(tmp_path: Path) -> None:
    (tmp_path / "environment.json").write_text('[{"python": ')
    journal.append_environment(tmp_path, {"python": "3.12"})
    assert journal.read_environments(tmp_path) == [{"python": "3.12"}]
    assert (tmp_path / "damaged-environment.json").read_text() == '[{"python": '
