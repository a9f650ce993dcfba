"""A run is made where its checkpoints can be read back, and nowhere else."""

from pathlib import Path

import pytest

from aae_jax.core.config import Config
from aae_jax.errors import PathError
from aae_jax.runs.checkpoints import restore_params
from aae_jax.runs.making import check_savable
from tests.support.configs import first_state
from tests.support.runs import save
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
    assert_equal(restore_params(run, tutorial), state.params)
