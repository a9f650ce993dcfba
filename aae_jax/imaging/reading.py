"""Read a picture file as gray tones, or in color."""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from aae_jax.errors import DataError

_MOST_MEGAPIXELS = 80
_LONGEST_SIDE = 1000
_MOST_FRAMES = 200
_WIDE_MODES = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")

_DEPTHS = (1, 4, 8, 10, 12, 14, 16, 24, 32)
"""Bits that the tones of a file may have, whatever its pixels have room for."""

_KINDS = {
    b"ftyphe": "HEIC, as phones take it",
    b"ftypmif1": "HEIF, as phones take it",
    b"ftypmsf1": "HEIF, as phones take it",
    b"ftypavi": "AVIF",
    b"%PDF": "PDF",
    b"<svg": "SVG, a drawing without pixels",
}
"""What the first bytes of files tell that Pillow does not open."""


def read_picture(path: str | Path, channels: int = 1) -> np.ndarray:
    """Return the picture at `path` as tones [H, W] in [0, 1], 1 being white.

    With 3 channels in color, [H, W, 3]; there what is transparent is white.

    A file of any kind that Pillow reads, turned as its camera was held, without
    transparency, at most 1,000 pixels on the longer side; of an animation the frame
    with most in it.

    Raises:
      DataError: There is no such file, it is not a whole picture, or it is too large.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError(f"no picture at {path}: give the path of a PNG or JPEG file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = _decoded(path)
            return _tones(image) if channels == 1 else _colors(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DataError(
            f"the picture {path} has more than {_MOST_MEGAPIXELS} million pixels: "
            "crop it around the digit or make it smaller"
        ) from error
    except UnidentifiedImageError as error:
        raise DataError(
            f"{path} is not a picture that can be read{_kind_of(path)}: save it as PNG "
            "or JPEG"
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise DataError(
            f"the picture {path} cannot be read ({error}): save it again as PNG or JPEG"
        ) from error


def _decoded(path: Path) -> Image.Image:
    """Decode the picture, turned upright."""
    with Image.open(path) as image:
        if image.width * image.height > _MOST_MEGAPIXELS * 1e6:
            raise Image.DecompressionBombError
        # Beside its first picture an MPO holds previews and maps of depth.
        if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
            image.seek(_fullest(image))
        image.load()
        return ImageOps.exif_transpose(image)


def _fullest(image: Image.Image) -> int:
    """Return the number of the frame whose tones differ most."""
    spreads = []
    for number in range(min(getattr(image, "n_frames", 1), _MOST_FRAMES)):
        image.seek(number)
        spreads.append(float(_tones(image.copy()).std()))
    return int(np.argmax(spreads))


def _kind_of(path: Path) -> str:
    """Return in words what kind of file lies at `path`, empty if it is not known."""
    with path.open("rb") as file:
        start = file.read(400)
    kinds = [kind for mark, kind in _KINDS.items() if mark in start]
    return f" (its content is {kinds[0]})" if kinds else ""


def _tones(image: Image.Image) -> np.ndarray:
    """Return the tones [H, W] in [0, 1] of an image of any mode."""
    if image.mode in _WIDE_MODES:
        return _reduced(Image.fromarray(_wide_tones(image)))
    if image.has_transparency_data:
        return _reduced(Image.fromarray(_opaque(image)))
    gray = np.asarray(image.convert("RGB").convert("L"), np.float32)
    return _reduced(Image.fromarray(gray / _white(gray.max())))


def _colors(image: Image.Image) -> np.ndarray:
    """Return the colors [H, W, 3] in [0, 1] of an image of any mode."""
    if image.mode in _WIDE_MODES:
        return np.stack([_tones(image)] * 3, axis=-1)
    rgba = image.convert("RGBA")
    opaque = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    planes = opaque.convert("RGB").split()
    return np.stack([_reduced(plane) for plane in planes], axis=-1) / 255


def _wide_tones(image: Image.Image) -> np.ndarray:
    """Scale tones to [0, 1] by the depth that they use, or a float image's range."""
    tones = np.array(image, np.float32)
    if not np.isfinite(tones).all():
        raise ValueError("some of its pixels are not finite numbers")
    if image.mode != "F":
        return np.clip(tones / _white(tones.max()), 0, 1)
    low, high = min(tones.min(), 0), max(tones.max(), 1)
    return (tones - low) / (high - low)


def _white(brightest: float) -> int:
    """Return the tone of white in the least depth that holds the brightest tone."""
    return next(2**depth - 1 for depth in _DEPTHS if brightest < 2**depth)


def _opaque(image: Image.Image) -> np.ndarray:
    """Lay a transparent picture on the ground that shows it.

    Ink of one tone is laid on the opposite extreme; a picture with tones of its own,
    such as a cut-out sheet with ink on it, on its own commonest tone.
    """
    rgba = image.convert("RGBA")
    tones = np.asarray(rgba.convert("RGB").convert("L"), np.float32) / 255
    cover = np.asarray(rgba.getchannel("A"), np.float32) / 255
    if not cover.any():
        return np.ones_like(tones)
    cover /= cover.max()
    seen = tones[cover > 0.5]
    tone = float(np.median(seen))
    extreme = 0.0 if tone > 0.5 else 1.0
    ground = tone if seen.std() > 0.2 else extreme
    return cover * tones + (1 - cover) * ground


def _reduced(image: Image.Image) -> np.ndarray:
    """Make the picture smaller where its size would only cost time."""
    longer = max(image.size)
    if longer > _LONGEST_SIDE:
        sides = [max(1, round(s * _LONGEST_SIDE / longer)) for s in image.size]
        image = image.resize((sides[0], sides[1]), Image.Resampling.BOX)
    return np.asarray(image, np.float32)
