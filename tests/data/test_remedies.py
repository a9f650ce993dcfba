"""A remedy, run as it stands in the message, gives the same pictures and classes."""

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aae_jax.data import Dataset, load_dataset
from aae_jax.errors import DataError

SETS = st.tuples(
    st.integers(0, 2**32 - 1),
    st.integers(5, 9),
    st.integers(4, 9),
    st.sampled_from([1, 3]),
)


def made(seed: int, height: int, width: int, channels: int) -> Dataset:
    """Return smooth pictures of 3 classes that use all of 0 to 255."""
    rng = np.random.default_rng(seed)
    down, right, first = rng.integers(3, 9, (3, 60, 1, 1, channels))
    y, x = np.mgrid[:height, :width][..., None]
    images = down * y + right * x + 9 * first
    images[:, 0, 0], images[:, -1, -1] = 0, 255
    return Dataset(images.astype(np.uint8), np.arange(60) % 3)


def as_set(images: np.ndarray, labels: np.ndarray) -> list[tuple[bytes, int]]:
    images = images.reshape(len(images), -1)
    pairs = zip(images, labels, strict=True)
    return sorted((image.tobytes(), int(label)) for image, label in pairs)


def mended(arrays: dict[str, Any], times: int = 3) -> Dataset:
    """Load a file; as long as it is refused, do what the message says."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "set.npz")
        for _ in range(times):
            np.savez(path, **arrays)
            try:
                splits = load_dataset(path)
            except DataError as error:
                codes = re.findall("`(.*?)`", str(error))
                assert codes, error
                known = {**arrays, "np": np, "stored": arrays}
                known["np"] = Numpy(known)
                for code in codes:
                    exec(code, known)
                arrays = {key: known[key] for key in ("images", "labels")}
            else:
                parts = (splits.train, splits.validation, splits.test)
                return Dataset(*map(np.concatenate, zip(*parts, strict=True)))
    raise AssertionError("still refused")


class Numpy:
    """NumPy, but for the file that a remedy writes: its arrays are the mended ones."""

    def __init__(self, known: dict[str, Any]):
        self.known = known

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def savez(self, _: str, **arrays: np.ndarray) -> None:
        self.known.update(arrays)


SPOILED_IMAGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "channels first": lambda x: np.moveaxis(x, -1, 1),
    "examples last": lambda x: np.moveaxis(x, 0, -1),
    "axes of one": lambda x: x[:, None, :, None],
    "from 0 to 1": lambda x: (x / 255).astype(np.float32),
    "from -1 to 1": lambda x: x / 127.5 - 1,
    "float from 0 to 255": lambda x: x.astype(np.float64),
    "half precision": lambda x: x.astype(np.float16),
    "16 bits": lambda x: x.astype(np.uint16) * 257,
    "12 of 16 bits": lambda x: x.astype(np.int16) * 16,
    "standardized": lambda x: (x - 33.3) / 78.6,
    "signed bytes": lambda x: x.view(np.int8),
    "as int64": lambda x: x.astype(np.int64),
    "first and float": lambda x: np.moveaxis(x / 255, -1, 1),
    "transparent": lambda x: np.concatenate([x, 0 * x[..., :1] + 9], axis=-1),
}


@pytest.mark.parametrize("name", SPOILED_IMAGES)
@given(drawn=SETS)
def test_images_become_what_they_were(name: str, drawn: tuple[int, ...]) -> None:
    images, labels = made(*drawn)
    found = mended({"images": SPOILED_IMAGES[name](images), "labels": labels})
    assert as_set(*found) == as_set(images, labels)


@pytest.mark.parametrize("planes", [False, True])
@given(
    seed=st.integers(0, 99), side=st.integers(6, 12), channels=st.sampled_from([1, 3])
)
def test_flat_pictures_are_squares(
    planes: bool, seed: int, side: int, channels: int
) -> None:
    images, labels = made(seed, side, side, channels)
    flat = np.moveaxis(images, -1, 1) if planes else images
    found = mended({"images": flat.reshape(60, -1), "labels": labels})
    assert as_set(*found) == as_set(images, labels)


@given(
    drawn=SETS, high=st.integers(1, 60), kind=st.sampled_from([bool, np.uint8, float])
)
def test_images_of_few_tones_come_to_use_all(
    drawn: tuple[int, ...], high: int, kind: type
) -> None:
    images, labels = made(*drawn)
    few = (images > 128).astype(kind) * (1 if kind is bool else kind(high))
    found = mended({"images": few, "labels": labels})
    assert as_set(*found) == as_set(255 * (images > 128).astype(np.uint8), labels)


SPOILED_LABELS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "a column": lambda y: y[:, None],
    "one-hot": lambda y: np.eye(3)[y],
    "one-hot of bools": lambda y: np.eye(3, dtype=bool)[y],
    "probabilities": lambda y: 0.7 * np.eye(3)[y] + 0.1,
    "as float": lambda y: y.astype(float),
    "halves": lambda y: y / 2,
    "from 1": lambda y: y + 1,
    "large numbers": lambda y: y.astype(np.uint64) + 2**63,
    "negative": lambda y: y - 3,
    "gaps": lambda y: 7 * y,
    "names": lambda y: np.array(["cat", "dog", "owl"])[y],
    "bytes": lambda y: np.array([b"cat", b"dog", b"owl"])[y],
    "dates": lambda y: np.datetime64("2001-01-01") + y,
}


@pytest.mark.parametrize("name", SPOILED_LABELS)
@given(drawn=SETS)
def test_labels_become_what_they_were(name: str, drawn: tuple[int, ...]) -> None:
    images, labels = made(*drawn)
    found = mended({"images": images, "labels": SPOILED_LABELS[name](labels)})
    assert as_set(*found) == as_set(images, labels)


@pytest.mark.parametrize("left_out", [np.nan, np.inf])
@given(drawn=SETS, index=st.integers(0, 59))
def test_what_is_not_known_is_left_out(
    left_out: float, drawn: tuple[int, ...], index: int
) -> None:
    images, labels = made(*drawn)
    kept = np.arange(60) != index
    expected = as_set(images[kept], labels[kept])
    holes = np.where(kept, labels, left_out)
    assert as_set(*mended({"images": images, "labels": holes})) == expected
    spoiled = images.astype(float)
    spoiled[index, 1, 1] = left_out
    assert as_set(*mended({"images": spoiled, "labels": labels})) == expected


@given(drawn=SETS, few=st.integers(1, 9), first=st.integers(-1, 1))
def test_a_small_class_is_left_out_and_the_others_stay(
    drawn: tuple[int, ...], few: int, first: int
) -> None:
    images, labels = made(*drawn)
    small = np.arange(60) < few
    labels = labels + first
    spoiled = np.where(small, 7, labels)
    expected = labels - (first == 1)
    found = mended({"images": images, "labels": spoiled})
    assert as_set(*found) == as_set(images[~small], expected[~small])


def test_other_names_and_splits_of_a_set() -> None:
    images, labels = made(0, 8, 8, 1)
    named = {"x_train": images[:40], "y_train": labels[:40], "y_test": labels[40:]}
    found = mended({**named, "x_test": images[40:]})
    assert as_set(*found) == as_set(images, labels)
    found = mended({"images": images, "targets": labels})
    assert as_set(*found) == as_set(images, labels)
