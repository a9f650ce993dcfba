"""A folder of a stranger reaches nothing outside itself."""

import os
from pathlib import Path

import pytest

from aae_jax.errors import RunError
from aae_jax.storage import containment
from aae_jax.storage.containment import check_contained


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder with files, folders and a link inside it, itself behind a link."""
    (tmp_path / "real" / "checkpoints" / "3").mkdir(parents=True)
    (tmp_path / "real" / "config.json").write_text("{}")
    (tmp_path / "real" / "checkpoints" / "last").symlink_to("3")
    (tmp_path / "real-secret").write_text("secret")
    (tmp_path / "run").symlink_to("real")
    return tmp_path / "run"


def test_what_stays_inside_is_fine(run: Path) -> None:
    check_contained(run)
    check_contained(run / "missing")


@pytest.mark.parametrize("name", ["samples", "checkpoints/4", "origin.json"])
@pytest.mark.parametrize("target", ["/etc", "../" * 40 + "etc", "none/../../../x"])
def test_a_link_that_leads_out_is_refused(run: Path, name: str, target: str) -> None:
    (run / name).symlink_to(target)
    with pytest.raises(RunError, match="is a link that leads out to"):
        check_contained(run)


def test_a_pipe_is_refused_and_not_waited_for(run: Path) -> None:
    (run / "config.json").unlink()
    os.mkfifo(run / "config.json")
    with pytest.raises(RunError, match="neither a file nor a folder"):
        check_contained(run)


def test_a_huge_text_is_refused_unread(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containment, "MAX_TEXT", 1)
    with pytest.raises(RunError, match="a JSON file of 2 bytes, of at most 1"):
        check_contained(run)
