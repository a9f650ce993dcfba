"""Pictures of the user's own must come out as the dataset would have made them."""

import numpy as np
import pytest

from aae_jax.errors import DataError
from aae_jax.imaging import Framing, prepare_picture
from aae_jax.imaging.framing import ink_box, ink_center
from tests.support.pictures import (
    HEIGHT,
    MNIST,
    WIDTH,
    figure,
    gradient,
    on_ground,
    prepared,
    reference,
    rmse,
)


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("paste", [False, True])
@pytest.mark.parametrize("diagonal", [False, True])
def test_ground_polarity_and_place_do_not_matter(light, paste, diagonal):
    ground = gradient(0.0, 0.3, diagonal) if light else gradient(1.0, 0.7, diagonal)
    ink = np.pad(figure(), 20)
    picture = on_ground(ink, ground, light=light, paste=paste)
    assert rmse(prepared(picture), reference()) < 0.03


def test_a_sheet_on_a_table_of_the_other_tone_is_found():
    for light, tone in ((False, 0.2), (True, 0.8)):
        ink = np.pad(figure(), 25)
        picture = on_ground(ink, gradient(tone, tone), light=light, paste=True)
        assert rmse(prepared(picture), reference()) < 0.03


def test_a_bowl_of_light_and_noise_do_not_matter():
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    thin = figure(8)
    picture = on_ground(0.6 * thin, 0.95 - 0.2 * (x**2 + y**2))
    noise = np.random.default_rng(0).normal(0, 0.015, picture.shape)
    image = prepared(np.clip(picture + noise, 0, 1))
    clean = prepared(np.pad(1 - thin, 60, constant_values=1))
    assert rmse(image, clean) < 0.06


def test_images_have_a_channel_axis():
    picture = np.pad(1 - figure(), 60, constant_values=1)
    image = prepare_picture(picture, MNIST, (28, 28, 1))
    assert (image.shape, image.dtype) == ((28, 28, 1), np.float32)


def test_a_picture_in_color_is_cropped_to_its_middle_and_resized():
    picture = np.zeros((60, 100, 3))
    picture[:, 20:50], picture[:, 50:80] = (1, 0.5, 0), (0, 0.25, 1)
    image = prepare_picture(picture, MNIST, (6, 6, 3))
    assert (image.shape, image.dtype) == ((6, 6, 3), np.float32)
    np.testing.assert_allclose(image[:, :3], np.full((6, 3, 3), (1, 0.5, 0)))
    np.testing.assert_allclose(image[:, 3:], np.full((6, 3, 3), (0, 0.25, 1)))
    wide = prepare_picture(picture, MNIST, (3, 5, 3))
    np.testing.assert_allclose(wide[:, 0], 0)


def test_scale_does_not_matter():
    large = np.kron(figure(), np.ones((3, 3)))
    picture = np.pad(1 - large, 70, constant_values=1)
    assert rmse(prepared(picture), reference()) < 0.03


def test_faint_ink_gets_the_contrast_of_the_set():
    picture = on_ground(0.3 * figure(), gradient(0.9, 0.9))
    image = prepared(picture)
    assert image.max() == 1
    assert rmse(image, reference()) < 0.03


def test_result_fits_the_box_at_the_center_of_mass():
    image = prepared(on_ground(figure(), gradient(1, 0.8)))
    assert image.dtype == np.float32
    assert image.min() == 0
    top, bottom, left, right = ink_box(image)
    assert bottom - top == 20
    assert 12 <= right - left <= 18
    assert all(14 <= center < 15 for center in ink_center(image, "mass"))


def test_aspect_is_kept_up_to_the_limits_of_the_set():
    bar = np.zeros((HEIGHT, WIDTH))
    bar[100:300, 200:220] = 1
    slim = prepared(1 - bar)
    assert ink_box(slim)[3] - ink_box(slim)[2] == 2
    stretching = Framing(8, 7, 8, 4, "box", 4, 4)
    for picture, wide in ((bar, 4), (bar[:, 100:500].T, 7)):
        top, bottom, left, right = ink_box(prepared(picture, stretching, (8, 8)))
        assert (bottom - top, right - left) == (8, wide)


def test_dark_ink_sets_and_centers_between_pixels():
    exact = Framing(
        center_y=16.25, center_x=15.5, whole_pixels=False, ground=0.9, ink=0.1
    )
    image = prepared(np.pad(figure(), 60), exact, (32, 32))
    assert image[0, 0] == pytest.approx(0.9)
    assert image.min() == pytest.approx(0.1)
    assert ink_center((0.9 - image) / 0.8, "mass") == pytest.approx(
        (16.25, 15.5), abs=0.02
    )


def test_specks_go_and_parts_stay():
    picture = on_ground(figure(), gradient(1, 0.8))
    specks = np.random.default_rng(1).integers(5, 70, (30, 2))
    for y, x in specks:
        picture[y : y + 3, x : x + 3] = 0.1
    image = prepared(picture)
    assert rmse(image, reference()) < 0.03
    bar = image[:6, 12:20]
    assert bar.max() > 0.5, "the bar apart from the body is part of the 5"


@pytest.mark.parametrize("tone", [0.0, 0.5, 1.0])
def test_blank_pictures_are_refused(tone):
    for picture in (gradient(tone, tone), gradient(tone, abs(tone - 0.4))):
        with pytest.raises(DataError, match="shows no ink"):
            prepared(picture)
    for shape in ((1, 1), (1, 7), (3, 2)):
        with pytest.raises(DataError, match="shows no ink"):
            prepared(np.full(shape, tone))


def test_noise_is_refused():
    noise = np.random.default_rng(0).normal(0.6, 0.05, (200, 300))
    with pytest.raises(DataError, match="the picture shows"):
        prepared(np.clip(noise, 0, 1))


def test_a_blot_is_refused_as_strokes_but_not_as_a_thing():
    y, x = np.mgrid[-1:1:200j, -1:1:200j]
    blot = 1.0 - (x**2 + y**2 < 0.5)
    with pytest.raises(DataError, match="shows a blot"):
        prepared(blot)
    things = Framing(28, 28, 0, 0, "box", 14, 14, strokes=False)
    image = prepared(blot, things, (28, 28))
    assert ink_box(image) == (0, 28, 0, 28)
