"""Whatever happens while a file is written, the old one or the new one is there."""

import pathlib

import numpy as np
import pytest

from aae_jax.storage import files
from aae_jax.storage.arrays import read_arrays
from aae_jax.storage.files import replace_arrays, replace_text, replaced_folder

OLD = {"a": np.arange(5), "b/c": np.ones((2, 3), np.float32)}


def test_text_is_replaced_and_its_folder_made(tmp_path):
    path = tmp_path / "new" / "folder" / "note.json"
    for text in ("one", "zw\u00f6lf\n"):
        replace_text(path, text)
        assert path.read_text(encoding="utf-8") == text
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", ["arrays.npz", "arrays"])
def test_arrays_are_replaced_and_their_folder_made(tmp_path, name):
    path = tmp_path / "new" / "folder" / name
    for arrays in (OLD, {"other": np.array("text")}):
        replace_arrays(path, arrays)
        found = read_arrays(path)
        assert list(found) == list(arrays)
        for key, array in arrays.items():
            np.testing.assert_array_equal(found[key], array, strict=True)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError("No space left"), KeyboardInterrupt()])
def test_an_interrupted_write_leaves_the_old_file_alone(tmp_path, monkeypatch, error):
    text, arrays = tmp_path / "note.json", tmp_path / "arrays.npz"
    replace_text(text, "old")
    replace_arrays(arrays, OLD)
    before = arrays.read_bytes()

    def write_half(file, **_):
        file.write(before[:100])
        raise error

    def write_text(path, *_, **__):
        path.write_bytes(b"ne")
        raise error

    monkeypatch.setattr(files.np, "savez", write_half)
    monkeypatch.setattr(pathlib.Path, "write_text", write_text)
    for replace, path, content in (
        (replace_text, text, "new"),
        (replace_arrays, arrays, {}),
    ):
        with pytest.raises(type(error)):
            replace(path, content)
    assert (text.read_bytes(), arrays.read_bytes()) == (b"old", before)
    assert sorted(tmp_path.iterdir()) == [arrays, text]


def test_the_process_can_read_what_it_wrote_as_any_other_file(tmp_path):
    (tmp_path / "plain").write_text("")
    replace_text(tmp_path / "replaced", "")
    assert (tmp_path / "replaced").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("error", [None, KeyboardInterrupt()])
def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path, error):
    path = tmp_path / "made" / "folder"
    with replaced_folder(path) as folder:
        replace_text(folder / "old", "")
    try:
        with replaced_folder(path) as folder:
            replace_text(folder / "new", "")
            if error:
                raise error
    except KeyboardInterrupt:
        pass
    assert [file.name for file in path.iterdir()] == ["old" if error else "new"]
    assert list(path.parent.iterdir()) == [path]
