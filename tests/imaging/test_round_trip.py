"""A dataset's own images, handed in as pictures, must come back as they are."""

import os

import numpy as np
import pytest
from PIL import Image

from aae_jax.imaging import framing_for, read_picture
from tests.support.marks import EXHAUSTIVE
from tests.support.pictures import (
    digit_images,
    enlarged,
    gradient,
    gray_image,
    on_ground,
    prepared,
    rmse,
    saved,
)


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return digit_images()


@pytest.fixture(scope="module")
def mnist() -> np.ndarray:
    """Three test images of each class."""
    if "AAE_DATA_DIR" not in os.environ:
        pytest.skip("needs AAE_DATA_DIR")
    tfds = pytest.importorskip("tensorflow_datasets")
    source = tfds.data_source(
        "mnist", split="test", data_dir=os.environ["AAE_DATA_DIR"], download=False
    )
    some = [source[i] for i in range(100)]
    labels = [int(example["label"]) for example in some]
    chosen = [i for k in range(10) for i in np.flatnonzero(np.equal(labels, k))[:3]]
    return np.stack([some[i]["image"][..., 0] for i in chosen])


def test_digits_come_back_exactly_but_for_their_column(digits):
    framing = framing_for("digits", digits)
    in_place = 0
    for image in digits[:60, ..., 0]:
        result = prepared(1 - image / 255, framing, (8, 8))
        shifted = [np.roll(result, step, axis=1) for step in (-1, 0, 1)]
        errors = [rmse(other, image / 255) for other in shifted]
        assert min(errors) < 0.05
        in_place += errors[1] < 0.05
    assert in_place >= 48


@pytest.mark.parametrize("factor", [10, pytest.param(40, marks=pytest.mark.slow)])
@pytest.mark.parametrize("resample", ["NEAREST", "BILINEAR"])
def test_enlarged_digits_come_back_but_for_their_column(digits, factor, resample):
    framing = framing_for("digits", digits)
    for image in digits[:10, ..., 0]:
        ink = enlarged(image, factor, Image.Resampling[resample])
        picture = on_ground(ink, gradient(1.0, 0.7), place=(40, 150))
        result = prepared(picture, framing, (8, 8))
        shifted = [np.roll(result, step, axis=1) for step in (-1, 0, 1)]
        assert min(rmse(other, image / 255) for other in shifted) < 0.07


def test_mnist_images_come_back(mnist):
    for image in mnist:
        for picture in (image / 255, 1 - image / 255):
            result = prepared(picture)
            assert np.abs(result - image / 255).max() < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("paste", [False, True])
@pytest.mark.parametrize(
    "resample", ["NEAREST", "BICUBIC", pytest.param("BILINEAR", marks=EXHAUSTIVE)]
)
@pytest.mark.parametrize("kind", ["JPEG", pytest.param("PNG", marks=EXHAUSTIVE)])
def test_enlarged_mnist_images_come_back(mnist, tmp_path, paste, resample, kind):
    errors = []
    for image in mnist[::3]:
        ink = enlarged(image, 10, Image.Resampling[resample])
        picture = on_ground(ink, gradient(1.0, 0.7), paste=paste, place=(95, 250))
        path = saved(tmp_path, gray_image(picture), f"digit.{kind.lower()}")
        result = prepared(read_picture(path))
        errors.append(rmse(result, image / 255))
    # A digit whose center of mass lies on a pixel's edge may land one pixel off.
    assert np.sort(errors)[-2] < 0.03
