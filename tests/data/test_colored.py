import numpy as np
import pytest

from aae_jax.data import load_dataset, pixels
from aae_jax.data.colored import hues, in_hues, ink, true_hues

GRAY, COLORED = load_dataset("digits"), load_dataset("colored_digits")
SPLITS = ("train", "validation", "test")


def apart(a, b):
    """Return the angles between angles."""
    return np.abs(np.angle(np.exp(1j * (a - b))))


@pytest.mark.parametrize(("number", "name"), list(enumerate(SPLITS)))
def test_ink_hues_and_labels_are_those_of_the_rule(number, name):
    gray, found = getattr(GRAY, name), getattr(COLORED, name)
    images = pixels(found.images)
    np.testing.assert_array_equal(found.labels, gray.labels)
    np.testing.assert_allclose(ink(images), pixels(gray.images), atol=0.005)
    truth = true_hues(number, len(images))
    assert apart(hues(images), truth).max() < 0.01


def test_hues_are_random_and_the_same_for_everybody():
    drawn = true_hues(0, 2000)
    assert np.abs(np.exp(1j * drawn).mean(axis=0)).max() < 0.05
    assert np.abs(np.exp(1j * (drawn[:, 0] - drawn[:, 1])).mean()) < 0.05
    np.testing.assert_array_equal(drawn[:5], true_hues(0, 5))
    assert apart(drawn[:5], true_hues(1, 5)).max() > 0.1
    assert load_dataset("colored_digits").fingerprint == COLORED.fingerprint


def test_the_hue_0_is_red_and_thirds_of_a_turn_are_green_and_blue():
    angles = np.array([0, 2, -2]) * np.pi / 3
    images = in_hues(np.full((3, 1, 1, 1), 255, np.uint8), np.stack([angles] * 2, -1))
    assert images[:, 0, 0].argmax(axis=1).tolist() == [0, 1, 2]
    assert images.max() == 255


def test_colored_digits_describe_themselves():
    assert (COLORED.name, COLORED.spec) == ("colored_digits", "colored_digits")
    assert COLORED.image_shape == (8, 8, 3)
    assert "in random hues" in COLORED.source


def test_pictures_without_ink_or_broken_ones_have_no_hue():
    blank = in_hues(np.zeros((1, 4, 4, 1), np.uint8), np.ones((1, 2)))
    np.testing.assert_array_equal(hues(pixels(blank)), 0)
    assert np.isnan(hues(np.full((1, 4, 4, 3), np.nan))).all()
