"""Nobody trains where another does."""

import errno
import os
from pathlib import Path

import pytest
from filelock import FileLock

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


CODES = ("ENOLCK", "ENOSYS", "EOPNOTSUPP", "EINVAL", "EIO", "ESTALE", "EROFS")


@pytest.mark.parametrize("code", CODES)
def test_without_locks_everyone_is_let_in(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    code: str,
) -> None:
    number = getattr(errno, code)

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(FileLock, "acquire", fail)
    with holding(tmp_path), holding(tmp_path):
        said = capsys.readouterr().out.splitlines()
    assert len(said) == 2 and f"{tmp_path} cannot be locked" in said[0]
