import importlib.util
import json
import shutil

import numpy as np
import pytest

from aae_jax.data import builders, copies, load_dataset
from aae_jax.data.copies import find_copy, read_copy
from aae_jax.data.folders import data_folder, spare_data_folder
from aae_jax.data.unavailable import UnusableCopyError
from tests.support import datasets as helpers


@pytest.fixture
def no_tensorflow(monkeypatch):
    pretend_tensorflow(monkeypatch, None)


def pretend_tensorflow(monkeypatch, spec):
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: spec if name == "tensorflow" else real(name, *rest),
    )


def edit_info(folder, **changes):
    path = folder / "mnist" / "3.0.1" / "dataset_info.json"
    info = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({k: v for k, v in info.items() if v is not None}))


def refusal(folder):
    with pytest.raises(UnusableCopyError) as caught:
        load_dataset("mnist", folder, announce=lambda line: None)
    message = str(caught.value)
    for part in (str(folder / "mnist"), "--data-dir", "AAE_DATA_DIR"):
        assert part in message
    return message


def test_the_first_training_images_in_the_copys_order_are_validation(folder):
    data = load_dataset("mnist", folder)
    train, test, _ = read_copy(find_copy("mnist", folder))
    count = helpers.NUM_VALIDATION
    np.testing.assert_array_equal(data.validation.images, train.images[:count])
    np.testing.assert_array_equal(data.validation.labels, train.labels[:count])
    np.testing.assert_array_equal(data.train.images, train.images[count:])
    np.testing.assert_array_equal(data.train.labels, train.labels[count:])
    np.testing.assert_array_equal(data.test.images, test.images)
    np.testing.assert_array_equal(data.test.labels, test.labels)


def test_a_prepared_set_describes_itself(monkeypatch, tmp_path):
    folder = tmp_path / "data"
    helpers.prepare_tiny(monkeypatch, tmp_path, folder, "kmnist")
    data = load_dataset("kmnist", folder)
    assert (data.name, data.spec, data.num_classes) == ("kmnist", "kmnist", 10)
    assert data.class_names[:3] == ("o", "ki", "su")
    assert data.image_shape == (28, 28, 1)
    assert data.source == f"kmnist 3.0.1 (array_record) in {folder / 'kmnist/3.0.1'}"


def test_where_copies_are_looked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "tfds"))
    assert data_folder() == tmp_path / "tfds"
    monkeypatch.setenv("AAE_DATA_DIR", str(tmp_path / "aae"))
    assert data_folder() == tmp_path / "aae"
    assert data_folder(tmp_path / "argument") == tmp_path / "argument"
    for variable in ("AAE_DATA_DIR", "TFDS_DATA_DIR"):
        monkeypatch.setenv(variable, "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_folder() == tmp_path / "tensorflow_datasets"
    assert data_folder("~/mine") == tmp_path / "mine"


def test_a_copy_is_found_through_the_environment(folder, monkeypatch):
    monkeypatch.setenv("AAE_DATA_DIR", str(folder))
    assert str(folder) in load_dataset("mnist").source


def test_nothing_is_written_beside_a_copy(folder):
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*"))
    load_dataset("mnist", folder)
    assert before == sorted(
        (path, path.stat().st_mtime_ns) for path in folder.rglob("*")
    )


def test_the_newest_version_is_taken(folder):
    for version in ("3.0.0", "2.10.0", "10.0", "3.1.0.incomplete"):
        (folder / "mnist" / version).mkdir()
    assert find_copy("mnist", folder).path.name == "3.0.1"
    (folder / "mnist" / "3.0.1").rename(folder / "mnist" / "3.0.10")
    (folder / "mnist" / "3.0.9").mkdir()
    assert find_copy("mnist", folder).path.name == "3.0.10"


@pytest.mark.parametrize("written", ["tfrecord", None])
def test_a_tfrecord_copy_is_refused_without_tensorflow(folder, no_tensorflow, written):
    edit_info(folder, fileFormat=written)
    message = refusal(folder)
    assert "format tfrecord, which cannot be read without TensorFlow" in message
    assert "Install TensorFlow" in message


def test_a_tfrecord_copy_is_read_with_tensorflow(folder, monkeypatch):
    pretend_tensorflow(monkeypatch, object())
    monkeypatch.setattr(copies, "_read_tensorflow", copies._read_array_record)
    expected = load_dataset("mnist", folder)
    shutil.copytree(folder, folder.with_name("second"))
    edit_info(folder.with_name("second"), fileFormat="tfrecord")
    monkeypatch.setattr(
        copies, "_read_tensorflow", lambda *args: read_as_array_record(*args, folder)
    )
    data = load_dataset("mnist", folder.with_name("second"))
    assert "(tfrecord)" in data.source
    assert data.fingerprint == expected.fingerprint


def read_as_array_record(_, split, folder):
    builder = builders.tfds.builder_from_directory(folder / "mnist" / "3.0.1")
    return copies._read_array_record(builder, split)


def test_tensorflow_reads_what_tensorflow_wrote(folder, monkeypatch, tmp_path):
    pytest.importorskip("tensorflow")
    expected = load_dataset("mnist", folder)
    monkeypatch.setattr(copies, "ARRAY_RECORD", "tfrecord")
    monkeypatch.setattr("aae_jax.data.preparing.ARRAY_RECORD", "tfrecord")
    helpers.prepare_tiny(monkeypatch, tmp_path, tmp_path / "second")
    monkeypatch.undo()
    helpers.isolate(monkeypatch, tmp_path)
    data = load_dataset("mnist", tmp_path / "second")
    assert "(tfrecord)" in data.source
    assert data.fingerprint == expected.fingerprint


def test_an_array_record_beside_a_tfrecord_is_read(folder, no_tensorflow):
    edit_info(folder, fileFormat="tfrecord", alternativeFileFormats=["array_record"])
    assert find_copy("mnist", folder).file_format == "array_record"


@pytest.mark.parametrize("content", ["", "{", "[]", "\xff"])
def test_a_spoiled_description_is_refused(folder, content):
    path = folder / "mnist" / "3.0.1" / "dataset_info.json"
    path.write_text(content, encoding="latin-1")
    assert "cannot be read" in refusal(folder)


@pytest.mark.parametrize(
    "file", ["dataset_info.json", "features.json", "mnist-test.array_record*"]
)
def test_an_unfinished_copy_is_refused(folder, file):
    next(folder.rglob(file)).unlink()
    assert "If it is unfinished or damaged, move that folder aside" in refusal(folder)


def test_no_code_is_imported_by_a_name_in_a_copy(folder, tmp_path, monkeypatch):
    (tmp_path / "grenade.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    path = folder / "mnist" / "3.0.1" / "features.json"
    sound = path.read_text()
    name = "tensorflow_datasets.core.features.image_feature.Image"
    for hostile in ("grenade.Image", "grenade\\u002eImage"):
        path.write_text(sound.replace(name, hostile))
        assert "names 'grenade.Image'" in refusal(folder)


def test_a_truncated_copy_is_refused(folder):
    path = next(folder.rglob("mnist-train.array_record*"))
    path.write_bytes(path.read_bytes()[:-100])
    assert "cannot be read" in refusal(folder)


def test_a_flipped_byte_in_a_copy_is_refused(folder):
    path = next(folder.rglob("mnist-train.array_record*"))
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(content)
    assert "cannot be read" in refusal(folder)


def test_a_lack_of_memory_is_no_damage(folder, monkeypatch):
    def exhausted(builder, split):
        raise MemoryError

    monkeypatch.setattr(copies, "_read_array_record", exhausted)
    with pytest.raises(MemoryError):
        load_dataset("mnist", folder)


def test_a_copy_too_small_to_split_is_refused(folder, monkeypatch):
    monkeypatch.setattr("aae_jax.data.prepared.NUM_VALIDATION", helpers.NUM_TRAIN)
    assert "holds 30 training images, of which 30 would be" in refusal(folder)


def test_an_unusable_copy_yields_to_a_spare_one(folder, no_tensorflow):
    shutil.copytree(folder, spare_data_folder())
    edit_info(folder, fileFormat="tfrecord")
    lines = []
    data = load_dataset("mnist", folder, announce=lines.append)
    assert str(spare_data_folder()) in data.source
    (line,) = [line for line in lines if str(folder) in line]
    assert line.startswith("Not used: ")
    assert "tfrecord" in line
