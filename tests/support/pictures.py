"""Pictures as a user may hand them in, of one figure drawn for it."""

import functools

import numpy as np
from PIL import Image, ImageDraw

from aae_jax.imaging import Framing, prepare_picture

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


def prepared(picture, framing: Framing = MNIST, size=(28, 28)) -> np.ndarray:
    """Prepare a picture for a gray dataset: [H, W]."""
    return prepare_picture(picture, framing, (*size, 1))[..., 0]


def rmse(a: np.ndarray, b: np.ndarray) -> float:
    assert a.shape == b.shape
    return float(np.sqrt(np.mean((a - b) ** 2)))


@functools.cache
def reference() -> np.ndarray:
    """Return the figure as MNIST would have it, from a clean black-on-white picture."""
    picture = np.pad(1 - figure(), 60, constant_values=1)
    return prepared(picture)


@functools.cache
def digit_images() -> np.ndarray:
    """Return scikit-learn's digits: [1797, 8, 8, 1] uint8."""
    from sklearn.datasets import load_digits

    return np.uint8(np.round(load_digits().images[..., None] * 255 / 16))
