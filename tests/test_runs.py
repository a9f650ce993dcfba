"""The run directory: never overwritten, read back as written."""

from dataclasses import replace
from pathlib import Path

import pytest

from aae_jax import runs
from aae_jax.config import Config
from aae_jax.errors import RunError
from aae_jax.imaging import Framing
from aae_jax.origin import Origin

ORIGIN = Origin(
    recipe="default",
    dataset="digits",
    data_dir=None,
    source="somewhere",
    fingerprint="abc",
    class_names=("zero", "one"),
    framing=Framing(height=7.0),
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    path = tmp_path / "run"
    runs.create_run(path, Config(latent_dim=3), ORIGIN)
    return path


def test_what_was_written_is_read_back(run: Path) -> None:
    assert runs.read_config(run) == Config(latent_dim=3)
    assert runs.read_origin(run) == ORIGIN


def test_a_full_directory_is_refused_and_left_alone(run: Path) -> None:
    before = {path: path.read_bytes() for path in run.iterdir()}
    with pytest.raises(RunError, match=r"is not empty.*--run-dir .* --resume"):
        runs.create_run(run, Config(), ORIGIN)
    assert {path: path.read_bytes() for path in run.iterdir()} == before


def test_an_empty_directory_is_taken(tmp_path: Path) -> None:
    runs.create_run(tmp_path, Config(), ORIGIN)
    assert runs.read_config(tmp_path) == Config()


def test_a_file_in_the_way_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RunError, match="no directory, and nothing is overwritten"):
        runs.create_run(tmp_path / "file", Config(), ORIGIN)
    with pytest.raises(RunError, match="cannot be written"):
        runs.create_run(tmp_path / "file" / "run", Config(), ORIGIN)
    assert (tmp_path / "file").read_text() == "mine"


def test_new_run_directories_are_never_reused(tmp_path: Path) -> None:
    paths = []
    for _ in range(4):
        paths.append(runs.new_run_dir("digits-default", 7, tmp_path))
    assert len(set(paths)) == 4
    assert all(path.name.startswith("digits-default-20") for path in paths)
    assert paths[0].name.endswith("Z-7")


def test_runs_on_a_disk_that_is_gone_are_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "runs").symlink_to(tmp_path / "unmounted")
    with pytest.raises(RunError, match=r"runs cannot be made .*--run-dir"):
        runs.new_run_dir("digits-default", 7, tmp_path / "runs")


@pytest.mark.parametrize("name", ["config.json", "origin.json"])
def test_a_directory_that_is_no_run_is_refused_in_words(run: Path, name: str) -> None:
    read = runs.read_config if name == "config.json" else runs.read_origin
    (run / name).write_text('{"latent_dim": ')
    with pytest.raises(RunError, match=rf"{name}"):
        read(run)
    (run / name).unlink()
    with pytest.raises(RunError, match=rf"no run directory: it has no readable {name}"):
        read(run)
    with pytest.raises(RunError, match="no run directory: it does not exist"):
        read(run / "nowhere")
    (run / "file").write_text("mine")
    with pytest.raises(RunError, match="no run directory: it is a file"):
        read(run / "file")


def test_a_run_without_a_checkpoint_says_how_to_train_it(run: Path) -> None:
    with pytest.raises(RunError, match=r"no finished checkpoint yet.*--resume"):
        runs.load_run(run)
    with pytest.raises(RunError, match=r"no trained run under .*train.py"):
        runs.newest_run(run.parent)


def test_other_data_is_refused(run: Path) -> None:
    runs.check_same_data(run, ORIGIN, "abc")
    with pytest.raises(RunError, match=r"not those .* began with \(somewhere\)"):
        runs.check_same_data(run, replace(ORIGIN, fingerprint="abd"), "abc")
