import json
import os
import shutil

import numpy as np
import pytest

from aae_jax.data import load_dataset, prepared
from aae_jax.data.splits import digest
from aae_jax.storage.folders import cache_folder


@pytest.fixture
def decoded(monkeypatch):
    """The copies that were decoded, in turn."""
    calls, real = [], prepared.read_copy
    monkeypatch.setattr(
        prepared, "read_copy", lambda copy: (calls.append(copy.path), real(copy))[1]
    )
    return calls


def contents(data):
    return [
        array.tobytes()
        for part in (data.train, data.validation, data.test)
        for array in part
    ]


def cache_file():
    (path,) = cache_folder().iterdir()
    return path


def test_the_second_start_does_not_decode(folder, monkeypatch):
    lines = []
    first = load_dataset("mnist", folder, announce=lines.append)
    assert lines == [f"Decoding {first.source}."]

    def fail(copy):
        raise AssertionError("decoded again")

    monkeypatch.setattr(prepared, "read_copy", fail)
    second = load_dataset("mnist", folder, announce=lines.append)
    assert len(lines) == 1
    assert contents(second) == contents(first)
    assert second.class_names == first.class_names == tuple("0123456789")
    assert second.fingerprint == first.fingerprint


def truncate(path):
    path.write_bytes(path.read_bytes()[:-3000])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def empty(path):
    path.write_bytes(b"")


def rewrite(path, **changes):
    """Write a sound .npz with other arrays and the same record."""
    with np.load(path) as file:
        arrays = dict(file)
    np.savez(path, **{**arrays, **changes})


def change_pixels(path):
    with np.load(path) as file:
        rewrite(path, train_images=file["train_images"] ^ 1)


def change_labels(path):
    with np.load(path) as file:
        rewrite(path, test_labels=file["test_labels"][::-1])


def change_shape(path):
    with np.load(path) as file:
        rewrite(path, train_images=file["train_images"].reshape(-1, 14, 56, 1))


def spoil_record(path):
    rewrite(path, record=np.array("{"))


def empty_record(path):
    rewrite(path, record=np.array("[]"))


def pickle_record(path):
    rewrite(path, record=np.array([{}], object))


def lose_an_array(path):
    with np.load(path) as file:
        arrays = dict(file)
    del arrays["test_images"]
    np.savez(path, **arrays)


DAMAGES = (
    truncate,
    flip,
    empty,
    change_pixels,
    change_labels,
    change_shape,
    spoil_record,
    empty_record,
    pickle_record,
    lose_an_array,
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_is_rebuilt(folder, decoded, damage):
    first = load_dataset("mnist", folder)
    damage(cache_file())
    assert contents(load_dataset("mnist", folder)) == contents(first)
    assert len(decoded) == 2
    assert contents(load_dataset("mnist", folder)) == contents(first)
    assert len(decoded) == 2


def test_a_changed_source_is_decoded_again(folder, decoded):
    load_dataset("mnist", folder)
    record = next(folder.rglob("*train.array_record*"))
    os.utime(record, ns=(0, 0))
    load_dataset("mnist", folder)
    assert len(decoded) == 2


def test_another_source_is_decoded(folder, decoded, tmp_path):
    load_dataset("mnist", folder)
    shutil.copytree(folder, tmp_path / "other", copy_function=shutil.copy2)
    source = load_dataset("mnist", tmp_path / "other").source
    assert str(tmp_path / "other") in source
    assert len(decoded) == 2


def test_an_unwritable_cache_is_no_error(folder, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("AAE_CACHE_DIR", str(tmp_path / "file" / "cache"))
    first, second = load_dataset("mnist", folder), load_dataset("mnist", folder)
    assert contents(first) == contents(second)


def test_a_folder_in_the_cache_files_place_is_no_error(folder, tmp_path):
    (tmp_path / "cache" / "mnist.npz").mkdir(parents=True)
    load_dataset("mnist", folder)
    assert [path.name for path in cache_folder().iterdir()] == ["mnist.npz"]


def test_a_cache_without_a_channel_axis_is_rebuilt(folder, decoded):
    """An older one, sound in itself: its record is of the arrays that it holds."""
    first = load_dataset("mnist", folder)
    path = cache_file()
    with np.load(path) as file:
        arrays = dict(file)
    record = json.loads(arrays.pop("record").item())
    for name in ("train_images", "test_images"):
        arrays[name] = arrays[name][..., 0]
    names = ("train_images", "train_labels", "test_images", "test_labels")
    held = [arrays[name] for name in names]
    record["shapes"] = [list(array.shape) for array in held]
    record["sha256"] = digest(*held)
    del record["format"]
    np.savez(path, record=np.array(json.dumps(record)), **arrays)
    second = load_dataset("mnist", folder)
    assert len(decoded) == 2
    assert second.image_shape == first.image_shape == (28, 28, 1)
