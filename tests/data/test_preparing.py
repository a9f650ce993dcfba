import contextlib
import functools
import gzip
import shutil
import sys

import numpy as np
import pytest
from tensorflow_datasets.datasets.svhn_cropped import svhn_cropped_dataset_builder

from aae_jax.data import builders, natural, network, preparing
from aae_jax.data.copies import find_copy, read_copy
from aae_jax.data.idx import png_file, read_idx
from aae_jax.data.unavailable import DatasetUnavailableError
from aae_jax.errors import DataError
from tests.support import datasets as helpers

NAMES = ("mnist", "fashion_mnist", "kmnist")
PARENTS = {
    "mnist": builders.tfds.image_classification.MNIST,
    "fashion_mnist": builders.tfds.image_classification.FashionMNIST,
    "kmnist": builders.tfds.image_classification.KMNIST,
}

COLOR_PARENTS = {
    "svhn_cropped": svhn_cropped_dataset_builder.Builder,
    "cifar10": builders.tfds.image_classification.Cifar10,
}


@pytest.fixture
def source(monkeypatch, tmp_path):
    with helpers.tiny_source(monkeypatch, tmp_path / "source") as arrays:
        yield arrays


class NoTensorFlow:
    """An importer that lets nobody import TensorFlow."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        assert name.partition(".")[0] != "tensorflow"


def prepare(folder, name="mnist"):
    lines = []
    return preparing.prepare(name, folder, lines.append, patience=10), lines


def leftovers(folder):
    return sorted(path.name for path in folder.rglob("*")) if folder.exists() else []


@pytest.mark.parametrize("name", NAMES)
def test_every_set_is_prepared_without_tensorflow(name, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoTensorFlow, *sys.meta_path])
    with helpers.tiny_source(monkeypatch, tmp_path / "source", name) as arrays:
        copy, lines = prepare(tmp_path / "data", name)
    train, test, class_names = read_copy(copy)
    assert helpers.as_set(*train) == helpers.as_set(*arrays[:2])
    assert helpers.as_set(*test) == helpers.as_set(*arrays[2:])
    assert (train.images.dtype, train.labels.dtype) == (np.uint8, np.int32)
    features = PARENTS[name](data_dir=tmp_path / "none").info.features
    assert class_names == tuple(features["label"].names)
    assert lines == [
        f"Downloading {name} from 127.0.0.1 to prepare it in {tmp_path / 'data'}."
    ]


@pytest.mark.parametrize(("name", "parent"), COLOR_PARENTS.items())
def test_sets_in_color_are_prepared_without_tensorflow(
    name, parent, tmp_path, monkeypatch
):
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoTensorFlow, *sys.meta_path])
    with helpers.tiny_source(monkeypatch, tmp_path / "source", name) as arrays:
        copy, _ = prepare(tmp_path / "data", name)
    train, test, class_names = read_copy(copy)
    assert train.images.shape == (helpers.NUM_TRAIN, 32, 32, 3)
    assert helpers.as_set(*train) == helpers.as_set(*arrays[:2])
    assert helpers.as_set(*test) == helpers.as_set(*arrays[2:])
    digits = tuple("0123456789")
    assert class_names == (digits if "svhn" in name else tuple(helpers.CLASSES))
    assert copy.path == tmp_path / "data" / name / str(parent.VERSION)
    example = parent(data_dir=tmp_path / "data").as_data_source("test")[0]
    assert example["id"].decode().startswith("test_0000")


@pytest.mark.parametrize(("name", "parent"), COLOR_PARENTS.items())
def test_addresses_of_sets_in_color_have_the_parents_checksums(
    name, parent, monkeypatch
):
    monkeypatch.undo()
    builder = builders.BUILDERS[name]
    assert preparing.HOMES[name] == builder.URL
    assert set(builder.urls()) <= set(parent.url_infos)
    assert builder.url_infos == parent.url_infos


@pytest.mark.parametrize("name", COLOR_PARENTS)
@pytest.mark.parametrize(
    "change", [lambda c: c[: len(c) // 2], lambda c: b"not a file"]
)
def test_damaged_files_in_color_are_refused_in_words(name, change, tmp_path):
    helpers.WRITERS[name](tmp_path)
    path = max(tmp_path.iterdir())
    path.write_bytes(change(path.read_bytes()))
    read = natural.read_svhn
    if name == "cifar10":
        read = functools.partial(natural.read_cifar10, split="train")
    with pytest.raises(ValueError, match=rf"{path.name} is not an intact"):
        read(path)


def test_the_layout_is_that_of_tensorflow_datasets(tmp_path, source):
    copy, _ = prepare(tmp_path / "data")
    version = str(PARENTS["mnist"].VERSION)
    assert copy.path == tmp_path / "data" / "mnist" / version
    assert leftovers(copy.path) == [
        "dataset_info.json",
        "features.json",
        "mnist-test.array_record-00000-of-00001",
        "mnist-train.array_record-00000-of-00001",
    ]
    parent = PARENTS["mnist"](data_dir=tmp_path / "data")
    images = [example["image"] for example in parent.as_data_source("train")]
    np.testing.assert_array_equal(images, read_copy(copy).train.images)


def test_only_the_copy_is_left_behind(tmp_path, source, capfd):
    prepare(tmp_path / "data")
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["mnist"]
    assert capfd.readouterr() == ("", "")


def test_quiet_is_quiet_and_ends(capsys, caplog):
    from absl import logging

    for voice in (builders.quiet(), contextlib.nullcontext()):
        with voice:
            print("Downloading and preparing dataset")
            logging.warning("OpenCV is not installed")
    assert capsys.readouterr().out == "Downloading and preparing dataset\n"
    assert caplog.messages == ["OpenCV is not installed"]


@pytest.mark.parametrize("name", NAMES)
def test_addresses_and_checksums_are_the_parents(name):
    builder = builders.BUILDERS[name]
    assert builder.URL == PARENTS[name].URL
    assert builder.url_infos == PARENTS[name].url_infos
    assert set(builder.urls()) <= set(builder.url_infos)
    assert {builder.url_infos[url].filename for url in builder.urls()} == set(
        helpers.FILES
    )


def test_the_network_is_asked_where_the_files_are(monkeypatch):
    monkeypatch.undo()
    for name in NAMES:
        assert preparing.HOMES[name] == PARENTS[name].URL


@pytest.mark.parametrize("file", helpers.FILES)
def test_a_flipped_byte_fails_and_leaves_nothing(tmp_path, source, file):
    path = tmp_path / "source" / file
    content = bytearray(path.read_bytes())
    content[4] ^= 1  # the time stamp in the gzip header: the content stays the same
    path.write_bytes(content)
    with pytest.raises(DatasetUnavailableError, match="wrong checksum") as caught:
        prepare(tmp_path / "data")
    assert "127.0.0.1" in str(caught.value)
    assert "--data-dir" in str(caught.value)
    assert "--dataset digits" in str(caught.value)
    assert find_copy("mnist", tmp_path / "data") is None
    assert set(leftovers(tmp_path / "data")) <= {"mnist"}


def test_a_file_without_a_registered_checksum_is_refused(tmp_path, source, monkeypatch):
    real = dict(builders.BUILDERS["mnist"].url_infos)
    monkeypatch.setattr(builders.BUILDERS["mnist"], "url_infos", real)
    monkeypatch.setattr(network, "fetch", lambda url, path: real.pop(url))
    with pytest.raises(DatasetUnavailableError, match="checksum"):
        prepare(tmp_path / "data")
    assert find_copy("mnist", tmp_path / "data") is None


def test_a_missing_file_fails_in_words(tmp_path, source):
    (tmp_path / "source" / helpers.FILES[2]).unlink()
    with pytest.raises(DatasetUnavailableError, match=r"404.*t10k-images"):
        prepare(tmp_path / "data")
    assert leftovers(tmp_path / "data") == []


def test_no_network_fails_in_words(tmp_path):
    with pytest.raises(DatasetUnavailableError) as caught:
        prepare(tmp_path / "data", "kmnist")
    message = str(caught.value)
    assert f"no copy of kmnist in {tmp_path / 'data'}" in message
    assert "127.0.0.1 does not answer" in message
    for way in ("network", "--data-dir", "AAE_DATA_DIR", "--dataset digits"):
        assert way in message
    assert not (tmp_path / "data").exists()


def test_files_at_hand_need_no_network(tmp_path):
    at_hand = tmp_path / "data" / "downloads" / "mnist"
    with pytest.raises(DatasetUnavailableError, match=f"into {at_hand}"):
        prepare(tmp_path / "data")
    with (
        pytest.MonkeyPatch.context() as patch,
        helpers.tiny_source(patch, at_hand) as arrays,
    ):
        patch.setattr(network, "fetch", None)
        copy, _ = prepare(tmp_path / "data")
    assert helpers.as_set(*read_copy(copy).train) == helpers.as_set(*arrays[:2])


def test_a_page_in_place_of_a_file_is_no_wrong_checksum(tmp_path):
    (tmp_path / "index.html").write_text("please log in")
    problem = "a web page came instead of a file"
    with helpers.served(tmp_path) as url, pytest.raises(OSError, match=problem):
        network.fetch(url, tmp_path / "a file")


def test_a_folder_that_cannot_be_written_fails_in_words(tmp_path, source):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(
        DatasetUnavailableError, match="cannot be prepared in"
    ) as caught:
        prepare(tmp_path / "file" / "data")
    assert "Name a folder that can be written with --data-dir" in str(caught.value)


@pytest.mark.parametrize(
    ("error", "words"),
    [(OSError("two\nlines "), "two lines. Try"), (TimeoutError(), "TimeoutError. Try")],
)
def test_a_failure_is_told_on_one_line(tmp_path, source, monkeypatch, error, words):
    def fail(url, path):
        raise error

    monkeypatch.setattr(network, "fetch", fail)
    with pytest.raises(DatasetUnavailableError) as caught:
        prepare(tmp_path / "data")
    assert words in str(caught.value)


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("No space left")])
def test_an_interrupted_download_leaves_nothing(tmp_path, source, monkeypatch, error):
    real = network.fetch

    def fetch(url, path):
        assert path.is_relative_to(tmp_path / "data")
        if path.name == helpers.FILES[-1]:
            raise error
        real(url, path)

    monkeypatch.setattr(network, "fetch", fetch)
    with pytest.raises((KeyboardInterrupt, DataError)):
        prepare(tmp_path / "data")
    assert leftovers(tmp_path / "data") == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("No space left")])
def test_an_interrupted_preparation_is_not_trusted(
    tmp_path, source, monkeypatch, error
):
    calls = iter([None] * (helpers.NUM_TRAIN + 3))

    def interrupted(image):
        if next(calls, error) is error:
            raise error
        return png_file(image)

    with monkeypatch.context() as patch:
        patch.setattr(builders, "png_file", interrupted)
        with pytest.raises((KeyboardInterrupt, DataError)):
            prepare(tmp_path / "data")
    assert find_copy("mnist", tmp_path / "data") is None
    copy, _ = prepare(tmp_path / "data")
    assert len(read_copy(copy).train.labels) == helpers.NUM_TRAIN


def test_what_a_killed_preparation_leaves_is_not_trusted(tmp_path, source):
    copy, _ = prepare(tmp_path / "data")
    copy.path.rename(copy.path.with_name(f"incomplete.AB12CD_{copy.path.name}"))
    assert find_copy("mnist", tmp_path / "data") is None


@pytest.mark.parametrize("moment", ["downloading", "generating"])
def test_the_slower_of_two_processes_uses_the_others_copy(
    tmp_path, source, monkeypatch, moment
):
    prepare(tmp_path / "other")

    def appear():
        if not (tmp_path / "data" / "mnist" / "3.0.1").exists():
            shutil.copytree(tmp_path / "other", tmp_path / "data", dirs_exist_ok=True)

    room, step = (
        (network, "fetch") if moment == "downloading" else (builders, "png_file")
    )
    real = getattr(room, step)
    monkeypatch.setattr(room, step, lambda *args: (appear(), real(*args))[1])
    copy, _ = prepare(tmp_path / "data")
    assert len(read_copy(copy).train.labels) == helpers.NUM_TRAIN
    assert leftovers(tmp_path / "data") == leftovers(tmp_path / "other")


def write_gzip(path, content):
    path.write_bytes(gzip.compress(content))
    return path


def test_idx_files_are_read(tmp_path):
    array = np.arange(24, dtype=np.uint8).reshape(4, 3, 2)
    path = write_gzip(tmp_path / "a.gz", helpers.idx_bytes(array))
    np.testing.assert_array_equal(read_idx(path, (None, 3, 2)), array)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda c: b"\0\0\x0d\x03" + c[4:], "0x00000d03, not with the 0x00000803"),
        (lambda c: b"\0\0\x08\x01" + c[4:], "0x00000801, not with the 0x00000803"),
        (lambda c: c[:9], "too short"),
        (lambda c: c[:-1], "holds 23 bytes, not 24"),
        (lambda c: c + b"x", "holds 25 bytes, not 24"),
        (lambda c: c[:11] + b"\x02" + c[12:], r"shape \(4, 2, 2\), not \(4, 3, 2\)"),
    ],
)
def test_malformed_idx_files_are_refused(tmp_path, change, part):
    content = helpers.idx_bytes(np.zeros((4, 3, 2)))
    path = write_gzip(tmp_path / "a.gz", change(content))
    with pytest.raises(ValueError, match=rf"a\.gz .*{part}"):
        read_idx(path, (None, 3, 2))


@pytest.mark.parametrize("change", [lambda c: c[:-9], lambda c: c[2:], lambda c: b""])
def test_damaged_gzip_is_refused(tmp_path, change):
    path = tmp_path / "a.gz"
    path.write_bytes(change(gzip.compress(helpers.idx_bytes(np.arange(24)))))
    with pytest.raises(ValueError, match=r"a\.gz"):
        read_idx(path, (None,))


def test_a_set_with_mismatched_files_is_refused(tmp_path, source, monkeypatch):
    from tensorflow_datasets.core.download.checksums import compute_url_info

    labels = tmp_path / "source" / helpers.FILES[1]
    write_gzip(labels, helpers.idx_bytes(np.zeros(helpers.NUM_TRAIN - 1)))
    infos = dict(builders.BUILDERS["mnist"].url_infos)
    infos[preparing.HOMES["mnist"] + labels.name] = compute_url_info(labels)
    monkeypatch.setattr(builders.BUILDERS["mnist"], "url_infos", infos)
    with pytest.raises(DatasetUnavailableError, match=r"train-labels.*shape"):
        prepare(tmp_path / "data")
    assert find_copy("mnist", tmp_path / "data") is None
