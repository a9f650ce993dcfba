import zipfile

import numpy as np
import pytest

from aae_jax.data import load_dataset
from aae_jax.errors import DataError

IMAGES = np.random.default_rng(0).integers(0, 256, (40, 6, 5), dtype=np.uint8)
LABELS = np.arange(40) % 3


def save(path, images=IMAGES, labels=LABELS):
    np.savez(path, images=images, labels=labels)
    return path


def refusal(path):
    with pytest.raises(DataError) as caught:
        load_dataset(str(path))
    message = str(caught.value)
    assert str(path) in message
    assert (
        "Expected images uint8 from 0 to 255, [N, H, W] or [N, H, W, C] with C"
        in message
    )
    return message


def test_a_good_file_is_read_and_split(tmp_path):
    data = load_dataset(str(save(tmp_path / "my letters.v2.npz")))
    assert data.name == "my-letters-v2"
    assert data.spec == str(tmp_path / "my letters.v2.npz")
    assert str(tmp_path) in data.source
    assert (data.num_classes, data.class_names) == (3, ("0", "1", "2"))
    assert data.image_shape == (6, 5, 1)
    parts = (data.train, data.validation, data.test)
    assert [len(part.labels) for part in parts] == [32, 4, 4]
    assert all(part.labels.dtype == np.int32 for part in parts)
    pairs = {
        (image.tobytes(), int(label))
        for part in parts
        for image, label in zip(*part, strict=True)
    }
    expected = zip(IMAGES, LABELS, strict=True)
    assert pairs == {(image.tobytes(), int(label)) for image, label in expected}


@pytest.mark.parametrize("channels", [1, 3])
def test_images_with_channels_are_read_as_they_are(tmp_path, channels):
    images = np.stack([IMAGES] * channels, axis=-1)
    images[..., -1] //= 2
    data = load_dataset(str(save(tmp_path / "set.npz", images=images)))
    assert data.image_shape == (6, 5, channels)
    parts = (data.train, data.validation, data.test)
    found = sorted(image.tobytes() for part in parts for image in part.images)
    assert found == sorted(image.tobytes() for image in images)


def test_one_channel_is_none(tmp_path):
    gray = load_dataset(str(save(tmp_path / "a.npz")))
    channel = load_dataset(str(save(tmp_path / "b.npz", images=IMAGES[..., None])))
    assert gray.fingerprint == channel.fingerprint


@pytest.mark.parametrize("channels", [1, 3])
def test_channels_first_are_refused_with_a_remedy_that_works(tmp_path, channels):
    images = np.stack([IMAGES] * channels, axis=1)
    message = refusal(save(tmp_path / "set.npz", images=images))
    assert "np.moveaxis(images, 1, -1)" in message
    moved = np.moveaxis(images, 1, -1)
    data = load_dataset(str(save(tmp_path / "set.npz", images=moved)))
    assert data.image_shape == (6, 5, channels)


def test_the_spec_gives_the_same_set_again_from_anywhere(tmp_path, monkeypatch):
    save(tmp_path / "set.npz")
    monkeypatch.chdir(tmp_path)
    data = load_dataset("set.npz")
    monkeypatch.chdir("/")
    assert load_dataset(data.spec).fingerprint == data.fingerprint


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64, ">i4"])
def test_labels_of_any_integer_type(tmp_path, kind):
    data = load_dataset(str(save(tmp_path / "set.npz", labels=LABELS.astype(kind))))
    assert data.train.labels.dtype == np.int32
    assert data.num_classes == 3


@pytest.mark.parametrize("encode", [str, str.encode])
def test_labels_may_be_names_of_classes(tmp_path, encode):
    names = ["dog", "", " cat ", "10", "9"]
    labels = np.array([encode(names[i % 5]) for i in range(60)])
    images = np.concatenate([IMAGES, IMAGES[:20]])
    data = load_dataset(str(save(tmp_path / "set.npz", images, labels)))
    assert data.class_names == ("9", "10", "cat", "dog")
    assert data.num_unlabeled == 12
    for image, label in zip(*data.train, strict=True):
        given = {
            names[i % 5].strip()
            for i in np.flatnonzero((images == image[..., 0]).all(axis=(1, 2)))
        }
        assert ([*data.class_names, ""][label]) in given


def test_images_that_are_mostly_faint_are_noted(tmp_path):
    images, lines = IMAGES // 200, []
    images[3] = 255 * images[3]
    load_dataset(str(save(tmp_path / "set.npz", images)), announce=lines.append)
    assert len(lines) == 1 and "at most 1 of 255 tones" in lines[0]
    load_dataset(str(save(tmp_path / "set.npz")), announce=lines.append)
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("file", "name"),
    [("digits.npz", "digits-npz"), ("auto.NPZ", "auto-npz"), ("字.npz", "npz")],
)
def test_names_fit_for_a_directory_and_for_no_other_dataset(tmp_path, file, name):
    save(tmp_path / "set.npz").rename(tmp_path / file)
    assert load_dataset(str(tmp_path / file)).name == name


def test_a_label_may_be_unknown(tmp_path):
    labels = np.where(np.arange(40) < 8, -1, np.arange(40) % 2)
    data = load_dataset(str(save(tmp_path / "set.npz", labels=labels)))
    assert (data.num_classes, data.class_names) == (2, ("0", "1"))
    assert "8 of 40 labels unknown" in data.source
    parts = (data.train, data.validation, data.test)
    assert all((part.labels == -1).any() for part in parts[:2])
    assert data.num_unlabeled == 8
    labeled = data.labeled()
    assert labeled.num_unlabeled == 0
    known = [*labeled.train.images, *labeled.validation.images, *labeled.test.images]
    expected = sorted(image.tobytes() for image in IMAGES[8:])
    assert sorted(image.tobytes() for image in known) == expected


def test_labels_may_be_left_out(tmp_path):
    np.savez(tmp_path / "out.npz", images=IMAGES)
    left_out = load_dataset(str(tmp_path / "out.npz"))
    unknown = save(tmp_path / "unknown.npz", labels=np.full(40, -1))
    assert left_out.fingerprint == load_dataset(str(unknown)).fingerprint
    assert (left_out.num_classes, left_out.class_names) == (1, ("any",))
    assert left_out.num_unlabeled == 40
    assert [len(part.labels) for part in (left_out.validation, left_out.test)] == [4, 4]


def test_images_without_labels_must_fill_the_splits(tmp_path):
    np.savez(tmp_path / "few.npz", images=IMAGES[:9])
    assert "holds 9 image(s)" in refusal(tmp_path / "few.npz")


def test_labels_under_another_name_are_not_taken_for_none(tmp_path):
    np.savez(tmp_path / "set.npz", images=IMAGES, targets=LABELS)
    assert "has no array 'labels'" in refusal(tmp_path / "set.npz")


def test_a_missing_file(tmp_path):
    assert "There is no file" in refusal(tmp_path / "none.npz")


def test_a_name_that_no_line_can_show(tmp_path):
    path = save(tmp_path / "a\x1b[31mb.npz")
    with pytest.raises(DataError, match="rename it") as caught:
        load_dataset(str(path))
    assert "\x1b" not in str(caught.value)


def test_a_folder(tmp_path):
    (tmp_path / "folder.npz").mkdir()
    assert "is not an .npz" in refusal(tmp_path / "folder.npz")


def test_not_a_zip_file(tmp_path):
    np.save(tmp_path / "array.npy", IMAGES)
    (tmp_path / "array.npy").rename(tmp_path / "array.npz")
    assert "is not an .npz" in refusal(tmp_path / "array.npz")


@pytest.mark.parametrize("saver", [np.savez, np.savez_compressed])
def test_damaged_bytes(tmp_path, saver):
    path = tmp_path / "damaged.npz"
    saver(path, images=IMAGES, labels=LABELS)
    content = bytearray(path.read_bytes())
    content[700] ^= 0xFF
    path.write_bytes(content)
    assert "cannot be read" in refusal(path)


@pytest.mark.parametrize("key", ["images", "labels"])
def test_pickled_objects_are_never_loaded(tmp_path, key):
    objects = np.array([Grenade()] * 40, object)
    path = save(tmp_path / "objects.npz", **{key: objects})
    assert f"holds Python objects as '{key}', which are never unpickled" in refusal(
        path
    )


class Grenade:
    """Goes off when it is unpickled."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('unpickled')",))


def test_missing_arrays(tmp_path):
    np.savez(tmp_path / "other.npz", x=IMAGES, labels=LABELS)
    message = refusal(tmp_path / "other.npz")
    assert "has no array 'images', only ['labels', 'x']" in message
    np.savez(tmp_path / "other.npz", x=LABELS)
    message = refusal(tmp_path / "other.npz")
    assert "np.savez(path, images=images, labels=labels)" in message


def test_a_member_that_is_no_array(tmp_path):
    with zipfile.ZipFile(tmp_path / "text.npz", "w") as file:
        file.writestr("images", "hello")
        file.writestr("labels", "hello")
    assert "'images' is not in NumPy's format" in refusal(tmp_path / "text.npz")


@pytest.mark.parametrize(
    ("images", "part"),
    [
        (IMAGES / 255, "type float64 from 0 to 1. "),
        (IMAGES.astype(np.int64), "type int64 from 0 to 255"),
        (IMAGES // 16, "type uint8 from 0 to 15"),
        (0 * IMAGES, "type uint8 from 0 to 0. "),
        (IMAGES > 9, "type bool"),
        (IMAGES.astype(str), "type <U"),
        (np.where(IMAGES == 9, np.nan, IMAGES), "from nan to nan"),
        (np.stack([IMAGES] * 4, axis=-1), "shape (40, 6, 5, 4)"),
        (np.stack([IMAGES] * 2, axis=-1), "shape (40, 6, 5, 2)"),
        (IMAGES[..., None, None], "shape (40, 6, 5, 1, 1)"),
        (IMAGES.reshape(40, -1), "images.reshape(-1, H, W)"),
        (IMAGES[0, 0], "shape (5,)"),
        (IMAGES[:0], "no pixels: shape (0, 6, 5)"),
        (IMAGES[:, :0], "no pixels: shape (40, 0, 5)"),
    ],
)
def test_wrong_images(tmp_path, images, part):
    assert part in refusal(save(tmp_path / "set.npz", images=images))


@pytest.mark.parametrize(
    ("labels", "part"),
    [
        (LABELS[:39], "40 images but labels of shape (39,)"),
        (LABELS[:, None], "40 images but labels of shape (40, 1)"),
        (LABELS.astype(float), "labels of type float64"),
        (np.array(["a", "b\nc"])[LABELS % 2], "a class called 'b\\nc'"),
        (np.array(["a", "b" * 41])[LABELS % 2], "at most 40 letters"),
        (LABELS > 1, "labels of type bool"),
        (LABELS - 2, "labels from -2 to 0 for 40 images"),
        (LABELS + 10**9, "labels from 1000000000 to 1000000002 for 40 images"),
        (LABELS.astype(np.uint64) + 2**63, "labels from 9223372036854775808"),
        (LABELS + 1, "0 example(s) of class 0"),
        (LABELS + 1, "np.unique(labels, return_inverse=True)[1]"),
        (LABELS * 0, "a single class"),
        (np.arange(40) // 31, "9 example(s) of class 1"),
        (np.arange(40) // 31, "at least 10"),
    ],
)
def test_wrong_labels(tmp_path, labels, part):
    assert part in refusal(save(tmp_path / "set.npz", labels=labels))
