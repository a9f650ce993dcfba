"""A run is made where its checkpoints can be read back, and nowhere else."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from aae_jax.algorithms.semi_supervised import SemiSupervised
from aae_jax.core.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.errors import PathError, RunError
from aae_jax.runs.checkpoints import restore_newest
from aae_jax.runs.folder import read_config, runs_of_sweep, sweep_member
from aae_jax.runs.making import check_savable, create_runs
from tests.support.configs import everything_on, first_state
from tests.support.runs import ORIGIN, save
from tests.support.trees import assert_equal


@pytest.mark.parametrize(
    "name", ["a[b]", "[", "a*", "b?c", "d\\e", "\udcfcbung", "\udcff"]
)
def test_a_path_that_loses_checkpoints_is_refused(tmp_path: Path, name: str) -> None:
    below = tmp_path / name / "runs" / "a"
    with pytest.raises(PathError, match=r"cannot be kept below .* another --run-dir"):
        check_savable(below)
    (tmp_path / "link").symlink_to(tmp_path / name)
    with pytest.raises(PathError):
        check_savable(tmp_path / "link")


@pytest.mark.slow
def test_whatever_else_is_in_a_path_is_read_back(
    tmp_path: Path, tutorial: Config
) -> None:
    run = tmp_path / "-q %25#&;!]{}()$HOME~'\"\n\t:|<>^`,=+@\u00dcbung \u6570 "
    check_savable(run)
    state = first_state(tutorial)
    save(run, tutorial, state, 1)
    assert_equal(restore_newest(run, tutorial)[1], state.params)


class Killed(BaseException):
    pass


@pytest.mark.parametrize("seeds", [(0,), (0, 1, 2)])
def test_a_start_killed_at_any_write_counts_as_none(
    tmp_path: Path,
    splits: DatasetSplits,
    monkeypatch: pytest.MonkeyPatch,
    seeds: tuple[int, ...],
) -> None:
    path, replace_file = tmp_path / "run", Path.replace
    members = [sweep_member(path, seed) for seed in seeds] if seeds[1:] else [path]
    config, labels = everything_on(SemiSupervised), splits.train.labels
    runs = [(member, config) for member in members]
    num_writes = 3 * len(seeds)
    for allowed in range(num_writes):
        left = itertools.count(allowed, -1)

        def replace(self: Path, target: Path, left: Iterator[int] = left) -> Path:
            if next(left):
                return replace_file(self, target)
            dead = target.parent / ".writing-dead"
            dead.mkdir()
            (dead / target.name).write_text("{")
            raise Killed

        monkeypatch.setattr(Path, "replace", replace)
        with pytest.raises(Killed):
            create_runs(path, runs, ORIGIN, labels)
        with pytest.raises(RunError):
            [read_config(run) for run in runs_of_sweep(path) or [path]]
    monkeypatch.setattr(Path, "replace", replace_file)
    create_runs(path, runs, ORIGIN, labels)
    assert [read_config(run) for run in members] == [config] * len(seeds)
    assert len([file for file in path.rglob("*") if file.is_file()]) == num_writes
    with pytest.raises(RunError, match="is not empty"):
        create_runs(path, runs, ORIGIN, labels)
