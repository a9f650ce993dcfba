"""The run directory: never overwritten, read back as written."""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest

from aae_jax.algorithms.autoencoder import Autoencoder
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.runs import folder, making
from tests.support.runs import ORIGIN


@pytest.fixture
def run(tmp_path: Path, tutorial: Config) -> Path:
    path = tmp_path / "run"
    making.create_run(path, tutorial, ORIGIN)
    return path


def rewritten(run: Path, **changes: object) -> None:
    """Change fields of a config.json; None takes one out."""
    values = {**json.loads((run / "config.json").read_text()), **changes}
    kept = {name: value for name, value in values.items() if value is not None}
    (run / "config.json").write_text(json.dumps(kept))


def test_what_was_written_is_read_back(tmp_path: Path, algorithm: Config) -> None:
    making.create_run(tmp_path / "run", algorithm, ORIGIN)
    assert folder.read_config(tmp_path / "run") == algorithm
    assert folder.read_origin(tmp_path / "run") == ORIGIN


def test_a_full_directory_is_refused_and_left_alone(run: Path, default: Config) -> None:
    before = {path: path.read_bytes() for path in run.iterdir()}
    with pytest.raises(RunError, match=r"is not empty.*--run-dir .* --resume"):
        making.create_run(run, default, ORIGIN)
    assert {path: path.read_bytes() for path in run.iterdir()} == before


def test_an_empty_directory_is_taken(tmp_path: Path, default: Config) -> None:
    making.create_run(tmp_path, default, ORIGIN)
    assert folder.read_config(tmp_path) == default


def test_a_file_in_the_way_is_refused_in_words(tmp_path: Path, default: Config) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RunError, match="no directory, and nothing is overwritten"):
        making.create_run(tmp_path / "file", default, ORIGIN)
    with pytest.raises(RunError, match="cannot be written"):
        making.create_run(tmp_path / "file" / "run", default, ORIGIN)
    assert (tmp_path / "file").read_text() == "mine"


def test_new_run_directories_are_never_reused(tmp_path: Path) -> None:
    paths = [making.new_run_dir("digits-default", 7, tmp_path) for _ in range(4)]
    assert len(set(paths)) == 4
    assert all(path.name.startswith("digits-default-20") for path in paths)
    assert paths[0].name.endswith("Z-7")


def test_runs_on_a_disk_that_is_gone_are_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "runs").symlink_to(tmp_path / "unmounted")
    with pytest.raises(RunError, match=r"runs cannot be made .*--run-dir"):
        making.new_run_dir("digits-default", 7, tmp_path / "runs")


def test_runs_of_a_sweep_come_by_their_seeds(tmp_path: Path, default: Config) -> None:
    sweep = tmp_path / "sweep"
    for seed in (10, 9, 8):
        making.create_run(folder.sweep_member(sweep, seed), default, ORIGIN)
    (sweep / "seed-11").mkdir()
    found = folder.runs_of_sweep(sweep)
    assert [run.name for run in found] == ["seed-8", "seed-9", "seed-10"]
    assert folder.runs_of_sweep(found[0]) == []
    assert set(folder.runs_under(tmp_path)) == set(found)


@pytest.mark.parametrize("name", ["config.json", "origin.json"])
def test_a_directory_that_is_no_run_is_refused_in_words(run: Path, name: str) -> None:
    read = folder.read_config if name == "config.json" else folder.read_origin
    for damaged in (b'{"latent_dim": ', b"[]", b"\xff", b""):
        (run / name).write_bytes(damaged)
        with pytest.raises(RunError, match=rf"{name} cannot be used"):
            read(run)
    (run / name).unlink()
    with pytest.raises(RunError, match=rf"no run directory: it has no readable {name}"):
        read(run)
    with pytest.raises(RunError, match="no run directory: it does not exist"):
        read(run / "nowhere")
    (run / "file").write_text("mine")
    with pytest.raises(RunError, match="no run directory: it is a file"):
        read(run / "file")


def test_a_config_of_another_format_is_refused_in_words(run: Path) -> None:
    rewritten(run, format=3)
    with pytest.raises(RunError, match=r"has format 3, and this .* reads format 2"):
        folder.read_config(run)
    old = {"image_shape": [28, 28], "prior_std": 5.0, "reconstruction_lr": 1e-3}
    (run / "config.json").write_text(json.dumps(old))
    with pytest.raises(RunError, match=r"json cannot be used: .* has format 1, and"):
        folder.read_config(run)


def test_an_algorithm_that_nobody_knows_is_refused_in_words(run: Path) -> None:
    rewritten(run, algorithm="os.system")
    with pytest.raises(RunError, match=r"kind 'os.system', which .* knows supervised"):
        folder.read_config(run)
    rewritten(run, algorithm=None)
    with pytest.raises(RunError, match="kind None, which"):
        folder.read_config(run)


@dataclass(frozen=True)
class Fork(Autoencoder):
    """An algorithm of somebody else."""

    kind: ClassVar[str] = "fork"


def test_an_algorithm_of_the_callers_is_read_where_it_is_given(run: Path) -> None:
    folder.write_config(run, Fork(latent_dim=2))
    with pytest.raises(RunError, match="kind 'fork', which"):
        folder.read_config(run)
    assert folder.read_config(run, [Fork]) == Fork(latent_dim=2)


def test_other_data_is_refused(run: Path) -> None:
    folder.check_same_data(run, ORIGIN, "abc")
    with pytest.raises(RunError, match=r"not those .* began with \(somewhere\)"):
        folder.check_same_data(run, replace(ORIGIN, fingerprint="abd"), "abc")


@pytest.mark.parametrize("name", ["config.json", "origin.json"])
def test_what_an_editor_adds_is_no_damage(
    run: Path, tutorial: Config, name: str
) -> None:
    text = (run / name).read_text().replace("\n", "\r\n")
    (run / name).write_bytes(text.encode("utf-8-sig"))
    assert folder.read_config(run) == tutorial
    assert folder.read_origin(run) == ORIGIN
    for encoding in ("utf-16", "utf-16-be", "utf-32"):
        (run / name).write_text(text, encoding)
        with pytest.raises(RunError, match=rf"{name} cannot .* UTF-16 .* as UTF-8"):
            folder.read_config(run), folder.read_origin(run)


@pytest.mark.parametrize("damaged", [b"", b"{", b"\xff", b"[]", None])
def test_a_lost_config_is_where_its_copy_is(
    run: Path, tutorial: Config, damaged: bytes | None
) -> None:
    copy = run / "checkpoints" / "3" / "config" / "metadata"
    copy.parent.mkdir(parents=True)
    (run / "config.json").rename(copy)
    if damaged is not None:
        (run / "config.json").write_bytes(damaged)
    with pytest.raises(RunError, match=rf"A copy of its config is {copy}: put it back"):
        folder.read_config(run)
    copy.rename(run / "config.json")
    assert folder.read_config(run) == tutorial


@pytest.mark.parametrize("inside", ["checkpoints", "checkpoints/3", "config.json", "x"])
def test_below_a_run_that_run_is_named(run: Path, inside: str) -> None:
    (run / "checkpoints" / "3").mkdir(parents=True)
    with pytest.raises(RunError, match=rf"it belongs to is {run}: name that"):
        folder.read_config(run / inside)


def test_above_runs_they_are_named(tmp_path: Path, tutorial: Config) -> None:
    sweep = tmp_path / "sweep"
    for seed in (3, 4):
        making.create_run(folder.sweep_member(sweep, seed), tutorial, ORIGIN)
    with pytest.raises(RunError, match=rf"of 2 seeds: name one, as {sweep}/seed-3; "):
        folder.read_config(sweep)
    making.create_run(tmp_path / "alone", tutorial, ORIGIN)
    with pytest.raises(RunError, match=rf"Name a run in it.*{tmp_path}/alone, "):
        folder.read_config(tmp_path)


@pytest.mark.parametrize("locked", [".", "samples", "figures"])
def test_what_is_made_of_a_run_of_others_goes_to_a_folder_of_ones_own(
    run: Path, monkeypatch: pytest.MonkeyPatch, locked: str
) -> None:
    assert folder.outputs_of(run) == run
    (run / locked).mkdir(exist_ok=True)
    monkeypatch.setattr(os, "access", lambda path, _: path != run / locked)
    assert folder.outputs_of(run) == Path("runs", f"of-{run.parent.name}-run")
