"""Nobody trains where another does."""

from pathlib import Path

import pytest

from aae_jax.errors import RunError
from aae_jax.storage.locks import holding


def test_what_is_held_is_free_again_afterwards(tmp_path: Path) -> None:
    paths = tmp_path / "one", tmp_path / "two"
    for path in paths:
        path.mkdir()
    with (
        holding(*paths),
        pytest.raises(RunError, match=r"two is being trained by another process"),
        holding(paths[1]),
    ):
        raise AssertionError("two hold it")
    with holding(paths[1]):
        pass


def test_who_gets_one_of_two_holds_neither(tmp_path: Path) -> None:
    paths = tmp_path / "one", tmp_path / "two"
    for path in paths:
        path.mkdir()
    with holding(paths[1]):
        with pytest.raises(RunError), holding(*paths):
            raise AssertionError("two hold it")
        with holding(paths[0]):
            pass
