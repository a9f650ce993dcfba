"""How a dataset places its ink, known or measured."""

import dataclasses
import json

import numpy as np
import pytest

from aae_jax.imaging import Framing, framing_for
from aae_jax.imaging.framing import ink_center
from tests.support.pictures import digit_images


def test_framing_survives_json():
    framing = Framing(height=8, centering="box", ground=1.0, ink=0.0)
    text = json.dumps(dataclasses.asdict(framing))
    assert Framing(**json.loads(text)) == framing


def test_mnist_is_framed_to_the_letter():
    framing = framing_for("mnist", digit_images())
    assert (framing.height, framing.width, framing.centering) == (20, 20, "mass")
    assert (framing.center_y, framing.center_x) == (14.5, 14.5)
    assert framing.min_height == framing.min_width == 0


def test_measured_framing_finds_the_way_of_the_digits():
    framing = framing_for("digits", digit_images())
    assert framing.height == framing.min_height == 8
    assert 4 <= framing.min_width < framing.width <= 7
    assert (framing.centering, framing.center_y) == ("box", 4)
    assert framing.strokes
    assert framing.whole_pixels
    assert (framing.ground, framing.ink) == (0, 1)


def test_measured_framing_finds_polarity_and_center_of_mass():
    rng = np.random.default_rng(0)
    images = np.full((60, 30, 40, 1), 250, np.uint8)
    for image in images[..., 0]:
        ink = np.uint8(rng.integers(0, 2, (9, 12)) * 240)
        ink[0], ink[-1], ink[:, 0], ink[:, -1] = 240, 240, 240, 240
        ink[: rng.integers(1, 9), : rng.integers(1, 12)] = 240
        y, x = ink_center(ink / 240, "mass")
        top, left = round(15.5 - y), round(20.5 - x)
        image[top : top + 9, left : left + 12] -= ink
    framing = framing_for("mine.npz", images)
    assert framing.ground == pytest.approx(250 / 255)
    assert framing.ink == pytest.approx(10 / 255)
    assert (framing.height, framing.width) == (9, 12)
    assert framing.centering == "mass"
    assert framing.center_y == pytest.approx(15.5, abs=0.2)
    assert framing.center_x == pytest.approx(20.5, abs=0.2)


def test_color_is_measured_as_gray():
    gray = digit_images()[:100]
    color = np.concatenate([gray // 2, gray // 2, gray // 2], axis=-1)
    assert framing_for("a.npz", color) == framing_for("a.npz", gray // 2)
    tinted = framing_for("a.npz", np.concatenate([gray, gray * 0, gray * 0], axis=-1))
    assert tinted.ink == pytest.approx(1 / 3)
    assert tinted.height == framing_for("a.npz", gray).height


def test_blank_and_solid_sets_have_a_framing():
    blank = framing_for("blank.npz", np.zeros((3, 6, 9, 1), np.uint8))
    assert (blank.height, blank.width) == (6, 9)
    solid = np.zeros((3, 9, 9, 1), np.uint8)
    solid[:, 2:7, 2:7] = 200
    assert not framing_for("solid.npz", solid).strokes
