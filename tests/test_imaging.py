"""Pictures of the user's own must come out as the dataset would have made them."""

import dataclasses
import functools
import io
import json
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from aae_jax.errors import DataError
from aae_jax.imaging import Framing, framing_for, prepare_picture, read_picture
from aae_jax.imaging.framing import ink_box, ink_centre

MNIST = Framing()
HEIGHT, WIDTH = 400, 600


def figure(width: int = 20) -> np.ndarray:
    """Draw a 5 whose top bar is apart from the rest: ink [160, 120], 1 is ink."""
    image = Image.new("L", (480, 640))
    draw = ImageDraw.Draw(image)
    body = [(80, 120), (60, 320), (240, 300), (360, 420), (280, 560), (80, 580)]
    draw.line(body, fill=255, width=4 * width, joint="curve")
    draw.line([(170, 80), (420, 80)], fill=255, width=4 * width)
    return np.asarray(image.resize((120, 160), Image.Resampling.BOX)) / 255


def gradient(start: float, stop: float, diagonal: bool = False) -> np.ndarray:
    y, x = np.mgrid[0 : 1 : HEIGHT * 1j, 0 : 1 : WIDTH * 1j]
    return start + (stop - start) * ((x + y) / 2 if diagonal else x)


def on_ground(ink, ground, *, light=False, paste=False, place=(90, 310)) -> np.ndarray:
    """Put ink on a ground [400, 600], shining through or as a hard rectangle."""
    picture = ground.copy()
    where = tuple(slice(p, p + s) for p, s in zip(place, ink.shape, strict=True))
    if paste:
        picture[where] = ink if light else 1 - ink
    elif light:
        picture[where] += (1 - picture[where]) * ink
    else:
        picture[where] *= 1 - ink
    return np.round(picture * 255) / 255


def enlarged(image: np.ndarray, factor: int, resample: Image.Resampling) -> np.ndarray:
    size = (image.shape[1] * factor, image.shape[0] * factor)
    return np.asarray(Image.fromarray(image).resize(size, resample)) / 255


def saved(folder, image: Image.Image, name: str = "picture.png", **options):
    path = folder / name
    image.save(path, **options)
    return path


def gray_image(tones: np.ndarray) -> Image.Image:
    return Image.fromarray(np.uint8(np.round(255 * tones)))


def rmse(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.sqrt(np.mean((a - b) ** 2)))


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    from sklearn.datasets import load_digits

    return np.uint8(np.round(load_digits().images * 255 / 16))


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


@functools.cache
def reference() -> np.ndarray:
    """Return the figure as MNIST would have it, from a clean black-on-white picture."""
    picture = np.pad(1 - figure(), 60, constant_values=1)
    return prepare_picture(picture, MNIST, (28, 28))


def test_framing_survives_json():
    framing = Framing(height=8, centring="box", ground=1.0, ink=0.0)
    text = json.dumps(dataclasses.asdict(framing))
    assert Framing(**json.loads(text)) == framing


def test_mnist_is_framed_to_the_letter(digits):
    framing = framing_for("mnist", digits)
    assert (framing.height, framing.width, framing.centring) == (20, 20, "mass")
    assert (framing.centre_y, framing.centre_x) == (14.5, 14.5)
    assert framing.min_height == framing.min_width == 0


def test_measured_framing_finds_the_way_of_the_digits(digits):
    framing = framing_for("digits", digits)
    assert framing.height == framing.min_height == 8
    assert 4 <= framing.min_width < framing.width <= 7
    assert (framing.centring, framing.centre_y) == ("box", 4)
    assert framing.strokes
    assert framing.whole_pixels
    assert (framing.ground, framing.ink) == (0, 1)


def test_measured_framing_finds_polarity_and_centre_of_mass():
    rng = np.random.default_rng(0)
    images = np.full((60, 30, 40), 250, np.uint8)
    for image in images:
        ink = np.uint8(rng.integers(0, 2, (9, 12)) * 240)
        ink[0], ink[-1], ink[:, 0], ink[:, -1] = 240, 240, 240, 240
        ink[: rng.integers(1, 9), : rng.integers(1, 12)] = 240
        y, x = ink_centre(ink / 240, "mass")
        top, left = round(15.5 - y), round(20.5 - x)
        image[top : top + 9, left : left + 12] -= ink
    framing = framing_for("mine.npz", images)
    assert framing.ground == pytest.approx(250 / 255)
    assert framing.ink == pytest.approx(10 / 255)
    assert (framing.height, framing.width) == (9, 12)
    assert framing.centring == "mass"
    assert framing.centre_y == pytest.approx(15.5, abs=0.2)
    assert framing.centre_x == pytest.approx(20.5, abs=0.2)


def test_blank_and_solid_sets_have_a_framing():
    blank = framing_for("blank.npz", np.zeros((3, 6, 9), np.uint8))
    assert (blank.height, blank.width) == (6, 9)
    solid = np.zeros((3, 9, 9), np.uint8)
    solid[:, 2:7, 2:7] = 200
    assert not framing_for("solid.npz", solid).strokes


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("paste", [False, True])
@pytest.mark.parametrize("diagonal", [False, True])
def test_ground_polarity_and_place_do_not_matter(light, paste, diagonal):
    ground = gradient(0.0, 0.3, diagonal) if light else gradient(1.0, 0.7, diagonal)
    ink = np.pad(figure(), 20)
    picture = on_ground(ink, ground, light=light, paste=paste)
    assert rmse(prepare_picture(picture, MNIST, (28, 28)), reference()) < 0.03


def test_a_sheet_on_a_table_of_the_other_tone_is_found():
    for light, tone in ((False, 0.2), (True, 0.8)):
        ink = np.pad(figure(), 25)
        picture = on_ground(ink, gradient(tone, tone), light=light, paste=True)
        assert rmse(prepare_picture(picture, MNIST, (28, 28)), reference()) < 0.03


def test_a_bowl_of_light_and_noise_do_not_matter():
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    thin = figure(8)
    picture = on_ground(0.6 * thin, 0.95 - 0.2 * (x**2 + y**2))
    noise = np.random.default_rng(0).normal(0, 0.015, picture.shape)
    image = prepare_picture(np.clip(picture + noise, 0, 1), MNIST, (28, 28))
    clean = prepare_picture(np.pad(1 - thin, 60, constant_values=1), MNIST, (28, 28))
    assert rmse(image, clean) < 0.06


def test_scale_does_not_matter():
    large = np.kron(figure(), np.ones((3, 3)))
    picture = np.pad(1 - large, 70, constant_values=1)
    assert rmse(prepare_picture(picture, MNIST, (28, 28)), reference()) < 0.03


def test_faint_ink_gets_the_contrast_of_the_set():
    picture = on_ground(0.3 * figure(), gradient(0.9, 0.9))
    image = prepare_picture(picture, MNIST, (28, 28))
    assert image.max() == 1
    assert rmse(image, reference()) < 0.03


def test_result_fits_the_box_at_the_centre_of_mass():
    image = prepare_picture(on_ground(figure(), gradient(1, 0.8)), MNIST, (28, 28))
    assert image.dtype == np.float32
    assert image.min() == 0
    top, bottom, left, right = ink_box(image)
    assert bottom - top == 20
    assert 12 <= right - left <= 18
    assert all(14 <= centre < 15 for centre in ink_centre(image, "mass"))


def test_aspect_is_kept_up_to_the_limits_of_the_set():
    bar = np.zeros((HEIGHT, WIDTH))
    bar[100:300, 200:220] = 1
    slim = prepare_picture(1 - bar, MNIST, (28, 28))
    assert ink_box(slim)[3] - ink_box(slim)[2] == 2
    stretching = Framing(8, 7, 8, 4, "box", 4, 4)
    for picture, wide in ((bar, 4), (bar[:, 100:500].T, 7)):
        top, bottom, left, right = ink_box(prepare_picture(picture, stretching, (8, 8)))
        assert (bottom - top, right - left) == (8, wide)


def test_dark_ink_sets_and_centres_between_pixels():
    exact = Framing(
        centre_y=16.25, centre_x=15.5, whole_pixels=False, ground=0.9, ink=0.1
    )
    image = prepare_picture(np.pad(figure(), 60), exact, (32, 32))
    assert image[0, 0] == pytest.approx(0.9)
    assert image.min() == pytest.approx(0.1)
    assert ink_centre((0.9 - image) / 0.8, "mass") == pytest.approx(
        (16.25, 15.5), abs=0.02
    )


def test_specks_go_and_parts_stay():
    picture = on_ground(figure(), gradient(1, 0.8))
    specks = np.random.default_rng(1).integers(5, 70, (30, 2))
    for y, x in specks:
        picture[y : y + 3, x : x + 3] = 0.1
    image = prepare_picture(picture, MNIST, (28, 28))
    assert rmse(image, reference()) < 0.03
    bar = image[:6, 12:20]
    assert bar.max() > 0.5, "the bar apart from the body is part of the 5"


@pytest.mark.parametrize("tone", [0.0, 0.5, 1.0])
def test_blank_pictures_are_refused(tone):
    for picture in (gradient(tone, tone), gradient(tone, abs(tone - 0.4))):
        with pytest.raises(DataError, match="shows no ink"):
            prepare_picture(picture, MNIST, (28, 28))
    for shape in ((1, 1), (1, 7), (3, 2)):
        with pytest.raises(DataError, match="shows no ink"):
            prepare_picture(np.full(shape, tone), MNIST, (28, 28))


def test_noise_is_refused():
    noise = np.random.default_rng(0).normal(0.6, 0.05, (200, 300))
    with pytest.raises(DataError, match="the picture shows"):
        prepare_picture(np.clip(noise, 0, 1), MNIST, (28, 28))


def test_a_blot_is_refused_as_strokes_but_not_as_a_thing():
    y, x = np.mgrid[-1:1:200j, -1:1:200j]
    blot = 1.0 - (x**2 + y**2 < 0.5)
    with pytest.raises(DataError, match="shows a blot"):
        prepare_picture(blot, MNIST, (28, 28))
    things = Framing(28, 28, 0, 0, "box", 14, 14, strokes=False)
    image = prepare_picture(blot, things, (28, 28))
    assert ink_box(image) == (0, 28, 0, 28)


def test_digits_come_back_exactly_but_for_their_column(digits):
    framing = framing_for("digits", digits)
    in_place = 0
    for image in digits[:60]:
        prepared = prepare_picture(1 - image / 255, framing, (8, 8))
        shifted = [np.roll(prepared, step, axis=1) for step in (-1, 0, 1)]
        errors = [rmse(other, image / 255) for other in shifted]
        assert min(errors) < 0.05
        in_place += errors[1] < 0.05
    assert in_place >= 48


@pytest.mark.parametrize("factor", [10, 40])
@pytest.mark.parametrize("resample", ["NEAREST", "BILINEAR"])
def test_enlarged_digits_come_back_but_for_their_column(digits, factor, resample):
    framing = framing_for("digits", digits)
    for image in digits[:10]:
        ink = enlarged(image, factor, Image.Resampling[resample])
        picture = on_ground(ink, gradient(1.0, 0.7), place=(40, 150))
        prepared = prepare_picture(picture, framing, (8, 8))
        shifted = [np.roll(prepared, step, axis=1) for step in (-1, 0, 1)]
        assert min(rmse(other, image / 255) for other in shifted) < 0.07


def test_mnist_images_come_back(mnist):
    for image in mnist:
        for picture in (image / 255, 1 - image / 255):
            prepared = prepare_picture(picture, MNIST, (28, 28))
            assert np.abs(prepared - image / 255).max() < 0.01


@pytest.mark.parametrize("paste", [False, True])
@pytest.mark.parametrize("resample", ["NEAREST", "BILINEAR", "BICUBIC"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_enlarged_mnist_images_come_back(mnist, tmp_path, paste, resample, kind):
    errors = []
    for image in mnist[::3]:
        ink = enlarged(image, 10, Image.Resampling[resample])
        picture = on_ground(ink, gradient(1.0, 0.7), paste=paste, place=(95, 250))
        path = saved(tmp_path, gray_image(picture), f"digit.{kind.lower()}")
        prepared = prepare_picture(read_picture(path), MNIST, (28, 28))
        errors.append(rmse(prepared, image / 255))
    # A digit whose centre of mass lies on a pixel's edge may land one pixel off.
    assert np.sort(errors)[-2] < 0.03


STROKE = np.pad(figure(), 30)


def with_alpha(tone: int) -> Image.Image:
    image = Image.new("LA", STROKE.shape[::-1], (tone, 0))
    image.putalpha(gray_image(STROKE))
    return image


def cut_out_sheet() -> Image.Image:
    cover = np.zeros(STROKE.shape)
    cover[10:-10, 10:-10] = 1
    image = gray_image(1 - STROKE).convert("RGB")
    image.putalpha(gray_image(cover))
    return image


def transparent_palette() -> Image.Image:
    image = gray_image(STROKE > 0.5).point(lambda tone: tone // 255).convert("P")
    image.putpalette([9, 9, 9, 200, 30, 20])
    image.info["transparency"] = 0
    return image


VARIANTS = {
    "gray": gray_image(1 - STROKE),
    "rgb": gray_image(1 - STROKE).convert("RGB"),
    "bilevel": gray_image(1 - STROKE).convert("1", dither=Image.Dither.NONE),
    "palette": gray_image(1 - STROKE).convert("P"),
    "16 bits": Image.fromarray(np.uint16(65535 * (1 - STROKE))),
    "black ink, transparent": with_alpha(0),
    "white ink, transparent": with_alpha(255),
    "cut-out sheet": cut_out_sheet(),
    "transparent palette": transparent_palette(),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_kind_of_file_gives_the_same_image(tmp_path, name):
    picture = read_picture(saved(tmp_path, VARIANTS[name]))
    assert picture.shape == STROKE.shape
    assert 0 <= picture.min() <= picture.max() <= 1
    assert rmse(prepare_picture(picture, MNIST, (28, 28)), reference()) < 0.05


def test_tones_of_16_bits_are_kept(tmp_path):
    ramp = np.linspace(0, 65535, 200).reshape(10, 20).astype(np.uint16)
    picture = read_picture(saved(tmp_path, Image.fromarray(ramp)))
    np.testing.assert_allclose(picture, ramp / 65535, atol=1e-6)


@pytest.mark.parametrize("kind", ["jpg", "bmp", "gif", "tiff", "webp"])
def test_other_formats_are_read(tmp_path, kind):
    path = saved(tmp_path, VARIANTS["gray"], f"picture.{kind}")
    assert rmse(read_picture(str(path)), 1 - STROKE) < 0.02


def test_float_pictures_of_any_range_are_read(tmp_path):
    for factor in (1, 255, 4000):
        image = Image.fromarray(np.float32(factor * (1 - STROKE)))
        picture = read_picture(saved(tmp_path, image, "picture.tiff"))
        np.testing.assert_allclose(picture, 1 - STROKE, atol=1e-5)
    hole = np.float32(1 - STROKE)
    hole[0, 0] = np.nan
    with pytest.raises(DataError, match="not finite"):
        read_picture(saved(tmp_path, Image.fromarray(hole), "hole.tiff"))


def test_the_camera_s_turn_is_undone(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = VARIANTS["gray"].transpose(Image.Transpose.ROTATE_90)
    path = saved(tmp_path, turned, exif=exif)
    np.testing.assert_allclose(read_picture(path), 1 - STROKE, atol=1 / 255)


def test_large_pictures_are_reduced(tmp_path):
    large = VARIANTS["gray"].resize((2400, 2933))
    picture = read_picture(saved(tmp_path, large))
    assert max(picture.shape) == 1600
    assert rmse(prepare_picture(picture, MNIST, (28, 28)), reference()) < 0.04


def png_header(width: int, height: int) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    end = struct.pack(">I", zlib.crc32(chunk))
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13)
    return start + chunk + end + struct.pack(">I", 9) + b"IDAT"


@pytest.mark.parametrize("side", [9_000, 9_800, 30_000])
def test_bombs_are_refused(tmp_path, side):
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(side, side))
    with pytest.raises(DataError, match=r"bomb\.png has more than 80 million pixels"):
        read_picture(path)


def test_unreadable_files_are_refused(tmp_path):
    with pytest.raises(DataError, match="no picture at"):
        read_picture(tmp_path / "missing.png")
    with pytest.raises(DataError, match="no picture at"):
        read_picture(tmp_path)
    text = tmp_path / "text.png"
    text.write_text("not a picture")
    with pytest.raises(DataError, match="not a picture that can be read"):
        read_picture(text)
    buffer = io.BytesIO()
    VARIANTS["gray"].save(buffer, "PNG")
    torn = tmp_path / "torn.png"
    torn.write_bytes(buffer.getvalue()[:400])
    with pytest.raises(DataError, match=r"torn\.png cannot be read"):
        read_picture(torn)


def test_wholly_transparent_pictures_are_blank(tmp_path):
    path = saved(tmp_path, Image.new("RGBA", (50, 40), (200, 10, 10, 0)))
    assert (read_picture(path) == 1).all()
    with pytest.raises(DataError, match="shows no ink"):
        prepare_picture(read_picture(path), MNIST, (28, 28))
