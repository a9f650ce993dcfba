"""Where the package keeps things, and that it works where nothing can be kept."""

import pwd
from collections.abc import Callable
from pathlib import Path

import pytest

from aae_jax.data import data_folder
from aae_jax.data.copies import find_copy
from aae_jax.errors import PathError
from aae_jax.storage.folders import cache_folder

VARIABLES = ("HOME", "XDG_CACHE_HOME", "AAE_CACHE_DIR", "AAE_DATA_DIR", "TFDS_DATA_DIR")


def test_the_cache_lives_in_the_users_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("AAE_CACHE_DIR", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("AAE_CACHE_DIR")
    assert cache_folder().name == "aae-jax"
    assert cache_folder().is_absolute()


@pytest.fixture
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(uid: int) -> None:
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_nobody")
@pytest.mark.parametrize("folder", [cache_folder, data_folder])
def test_without_a_home_nothing_is_kept_and_nothing_found(
    folder: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_copy("mnist", folder()) is None
    with pytest.raises(OSError, match="Not a directory"):
        folder().mkdir(parents=True)
    variable = "AAE_CACHE_DIR" if folder is cache_folder else "AAE_DATA_DIR"
    monkeypatch.setenv(variable, "~/mine")
    with pytest.raises(PathError, match="home that is not known"):
        folder()
    monkeypatch.setenv(variable, "/mine")
    assert folder() == Path("/mine")
