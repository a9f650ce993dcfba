"""Files of every kind are read as the same picture, or refused in words."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from aae_jax.errors import DataError
from aae_jax.imaging import read_picture
from tests.support.pictures import figure, gray_image, prepared, reference, rmse, saved

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
    assert rmse(prepared(picture), reference()) < 0.05


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
    assert max(picture.shape) == 1000
    assert rmse(prepared(picture), reference()) < 0.04


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
        prepared(read_picture(path))


def test_a_picture_in_color_is_read_in_color(tmp_path):
    colors = np.zeros((4, 5, 4), np.uint8)
    colors[:2] = (255, 102, 0, 255)
    colors[2:] = (0, 0, 255, 0)
    path = tmp_path / "picture.png"
    Image.fromarray(colors).save(path)
    read = read_picture(path, channels=3)
    assert read.shape == (4, 5, 3)
    np.testing.assert_allclose(read[:2], np.full((2, 5, 3), (1, 0.4, 0)))
    np.testing.assert_allclose(read[2:], 1)


@pytest.mark.parametrize("mode", ["L", "I;16", "P", "1"])
def test_a_gray_picture_read_in_color_has_equal_channels(tmp_path, mode):
    path = saved(tmp_path, Image.new("L", (5, 4), 255).convert(mode))
    read = read_picture(path, channels=3)
    assert read.shape == (4, 5, 3)
    assert (read == read[..., :1]).all() and read.min() > 0
