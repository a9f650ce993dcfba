"""A path means the same in every flag; an address is refused in words."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aae_jax import load_run
from aae_jax.commands.classify import Arguments as Classify
from aae_jax.commands.evaluate import Arguments as Evaluate
from aae_jax.commands.request import Options
from aae_jax.commands.sample_request import SampleRequest
from aae_jax.data import data_folder, load_dataset
from aae_jax.errors import PathError
from aae_jax.storage.paths import user_path


@pytest.mark.parametrize("name", ["a", "./a:b", "C:/a", "a~", "%25 # ?", "/a//b"])
def test_any_other_name_is_taken_as_it_is(name: str) -> None:
    assert user_path(name) == Path(name)


def test_a_home_is_that_of_its_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user_path("~/a") == user_path(Path("~", "a")) == tmp_path / "a"
    with pytest.raises(PathError, match=r"home that is not known: write the whole"):
        user_path("~nobody-of-that-name/a")


ADDRESSES = ["gs://a/b", "s3://a/b.npz", "https://a/b.npz", "file:///a/b.npz"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("read", [user_path, load_run, data_folder])
def test_an_address_is_refused(address: str, read: Callable) -> None:
    for given in (address, Path(address)):
        with pytest.raises(PathError, match="is an address, and only paths"):
            read(given)


def test_an_address_is_no_dataset() -> None:
    with pytest.raises(PathError, match=r"s3://a/b\.npz is an address"):
        load_dataset("s3://a/b.npz")


@pytest.mark.parametrize("arguments", [Options, SampleRequest, Evaluate, Classify])
def test_no_flag_takes_a_path_as_it_comes(arguments: type) -> None:
    types = {name: str(of) for name, of in arguments.__annotations__.items()}
    paths = {name for name, of in types.items() if "pathlib." in of}
    assert paths
    assert all("user_path" in types[name] or "Spec" in types[name] for name in paths)
