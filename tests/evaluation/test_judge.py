"""The judge and its cache: used only where it is whole and of the same data."""

from collections.abc import Iterator
from pathlib import Path

import jax
import numpy as np
import pytest

from aae_jax.data import DatasetSplits
from aae_jax.evaluation import classifier as recipe
from aae_jax.evaluation.classifier import Classifier, read_images
from aae_jax.evaluation.judge import cache_path, judge_of
from tests.support.strokes import K, colored, drawn_splits


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AAE_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(recipe, "MIN_STEPS", 2)
    monkeypatch.setattr(recipe, "NUM_EPOCHS", 1)
    yield


@pytest.fixture
def strokes() -> DatasetSplits:
    return drawn_splits()


def fitted(splits: DatasetSplits) -> tuple[list[np.ndarray], bool]:
    """Return the weights of the judge, and whether it had to be fitted."""
    lines: list[str] = []
    judge = judge_of(splits, lines.append)
    assert len(lines) <= 1
    return jax.tree.leaves(jax.device_get(judge.params)), bool(lines)


@pytest.mark.slow
def test_a_judge_is_fitted_once_and_the_same_every_time(strokes: DatasetSplits) -> None:
    first, was_fitted = fitted(strokes)
    assert was_fitted
    again, was_fitted = fitted(strokes)
    assert not was_fitted
    cache_path(strokes).unlink()
    anew, was_fitted = fitted(strokes)
    assert was_fitted
    for left, right, other in zip(first, again, anew, strict=True):
        np.testing.assert_array_equal(left, right)
        np.testing.assert_array_equal(left, other)


@pytest.mark.slow
def test_nothing_but_the_cache_is_left_behind(strokes: DatasetSplits) -> None:
    fitted(strokes)
    assert list(cache_path(strokes).parent.iterdir()) == [cache_path(strokes)]
    with np.load(cache_path(strokes), allow_pickle=False) as stored:
        weights = [stored[name] for name in stored if name != "record"]
    assert {array.dtype for array in weights} == {np.dtype(np.float32)}


@pytest.mark.parametrize("damage", ["cut", "noise", "empty", "other arrays", "changed"])
def test_a_damaged_cache_is_fitted_again(strokes: DatasetSplits, damage: str) -> None:
    first, _ = fitted(strokes)
    path = cache_path(strokes)
    with np.load(path) as stored:
        arrays = dict(stored)
    if damage == "other arrays":
        np.savez(path, record=arrays["record"])
    elif damage == "changed":
        name = next(name for name in arrays if name != "record")
        arrays[name][..., 0] += 1
        np.savez(path, **arrays)  # type: ignore[arg-type]
    else:
        whole = path.read_bytes()
        half = whole[: len(whole) // 2]
        path.write_bytes({"cut": half, "noise": b"noise", "empty": b""}[damage])
    again, was_fitted = fitted(strokes)
    assert was_fitted
    for left, right in zip(first, again, strict=True):
        np.testing.assert_array_equal(left, right)
    assert not fitted(strokes)[1]


def test_a_cache_of_other_data_or_another_recipe_is_stale(
    strokes: DatasetSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted(strokes)
    other = drawn_splits(train=strokes.validation)
    assert cache_path(other) != cache_path(strokes)
    cache_path(strokes).rename(cache_path(other))
    assert fitted(other)[1]
    fitted(strokes)
    monkeypatch.setattr(recipe, "LEARNING_RATE", 1e-4)
    assert fitted(strokes)[1]


def test_a_cache_for_images_of_another_shape_is_stale(strokes: DatasetSplits) -> None:
    fitted(strokes)
    red = colored(strokes)
    vars(red)["fingerprint"] = strokes.fingerprint
    assert cache_path(red) == cache_path(strokes)
    assert fitted(red)[1]
    assert fitted(strokes)[1]


def test_a_folder_that_cannot_be_written_is_no_error(
    strokes: DatasetSplits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    monkeypatch.setenv("AAE_CACHE_DIR", str(in_the_way))
    assert fitted(strokes)[1]


@pytest.mark.parametrize("shape", [(8, 8, 1), (5, 7, 3), (28, 28, 1)])
def test_the_classifier_takes_images_of_any_shape(shape: tuple[int, int, int]) -> None:
    images = np.zeros((3, *shape), np.uint8)
    params = recipe.init_params(K, shape)
    reading = read_images(Classifier(K, params), images)
    assert reading.features.shape == (3, 128)
    assert reading.predictions.shape == (3,)


def test_pooling_takes_the_largest_of_four() -> None:
    from flax import linen as nn

    x = np.random.default_rng(0).normal(size=(2, 5, 6, 3)).astype(np.float32)
    expected = nn.max_pool(x, (2, 2), strides=(2, 2), padding="SAME")
    np.testing.assert_array_equal(recipe._max_pool(x), expected)
