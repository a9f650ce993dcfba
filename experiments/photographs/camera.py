"""Photograph a sheet: light falls on it, it lies turned, a camera sees it."""

import io
from typing import NamedTuple

import numpy as np
import scipy
from PIL import Image

from experiments.photographs.sheet import THINGS, Page, write


class Photograph(NamedTuple):
    """A JPEG of one digit, and what lies beside it."""

    jpeg: bytes
    digit: int
    """Which of the digits it shows."""

    thing: str
    light: str


def photograph(digits: np.ndarray, rng: np.random.Generator) -> Photograph:
    """Return a photograph of one of `digits` [N, 28, 28] uint8."""
    which = int(rng.integers(len(digits)))
    page = blank_page(digits, rng)
    chances = np.array(list(THINGS.values()))
    thing = list(THINGS)[rng.choice(len(THINGS), p=chances / chances.sum())]
    ink = write(page, digits[which], *page.box[:2])
    beside = thing(page)
    darkness = rng.uniform(0.5, 0.95)
    cover = np.maximum(darkness * ink, beside)
    paper = rng.uniform(0.7, 0.95) + grain(page.size, rng, 0.01, rng.uniform(0.5, 3))
    tones = paper * (1 - cover)
    if rng.random() < 0.1:
        tones = 0.1 + 0.85 * (1 - tones)
    tones = turned(tones, rng)
    light, name = lit(page.size, rng)
    return Photograph(taken(tones * light, rng), which, thing.__name__, name)


def blank_page(digits: np.ndarray, rng: np.random.Generator) -> Page:
    """Return a page with a place for a digit, nearer its middle than its edges."""
    height = int(rng.integers(360, 961))
    size = (round(height * rng.choice([0.75, 1, 4 / 3])), height)
    unit = rng.uniform(0.2, 0.55) * min(size)
    room = np.array(size) - 1.5 * unit
    left, top = 0.25 * unit + room * rng.beta(3, 3, 2)
    return Page(rng, size, (left, top, left + unit, top + unit), digits)


def grain(
    size: tuple[int, int], rng: np.random.Generator, strength: float, width: float
) -> np.ndarray:
    """Return noise [H, W] that is smooth over some pixels."""
    noise = scipy.ndimage.gaussian_filter(rng.normal(size=size[::-1]), width)
    return strength * noise / noise.std()


def turned(sheet: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the sheet turned and tilted; at times smaller, on a dark table."""
    height, width = sheet.shape
    turn = np.deg2rad(np.clip(rng.normal(0, 4), -10, 10))
    on_table = rng.random() < 0.15
    scale = rng.uniform(1.05, 1.25) if on_table else 0.9
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    tilt = rng.normal(0, 0.04, 2) / (width, height)
    middle = np.array([width, height]) / 2
    linear = scale * rotation
    shift = middle - linear @ middle
    linear, shift = linear + np.outer(middle, tilt), shift - middle * (tilt @ middle)
    numbers = (
        *linear[0],
        shift[0],
        *linear[1],
        shift[1],
        *tilt,
    )
    scaled = np.array(numbers) / (1 - tilt @ middle)
    table = rng.uniform(0.1, 0.5) + grain((width, height), rng, 0.02, 2)

    def seen_from_there(image: np.ndarray) -> np.ndarray:
        seen = Image.fromarray(np.float32(image)).transform(
            (width, height),
            Image.Transform.PERSPECTIVE,
            scaled.tolist(),
            Image.Resampling.BILINEAR,
        )
        return np.asarray(seen)

    if not on_table:
        edge = np.median(sheet)
        table = np.full(sheet.shape, edge)
    cover = seen_from_there(np.ones_like(sheet))
    return seen_from_there(sheet) + (1 - cover) * table


def lit(size: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, str]:
    """Return the light [H, W] that falls on the sheet, and what kind it is."""
    y, x = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    along = x * np.cos(angle) + y * np.sin(angle)
    light = 1 + rng.uniform(0, 0.2) * along - rng.uniform(0, 0.15) * (x**2 + y**2)
    kind = rng.choice(["even", "shadow", "dark corner"], p=[0.75, 0.15, 0.1])
    if kind == "shadow":
        edge = (along > rng.uniform(-0.6, 0.6)).astype(float)
        edge = scipy.ndimage.gaussian_filter(edge, rng.uniform(1, 0.04 * size[1]))
        light = light * (1 - rng.uniform(0.2, 0.55) * edge)
    if kind == "dark corner":
        corner = np.clip((along - rng.uniform(0.6, 0.9)) * rng.uniform(1, 4), 0, 1)
        light = light * (1 - rng.uniform(0.4, 0.9) * corner)
    return light, str(kind)


def taken(tones: np.ndarray, rng: np.random.Generator) -> bytes:
    """Return the JPEG that a camera makes of tones [H, W]: blur, noise, exposure."""
    tones = scipy.ndimage.gaussian_filter(tones, rng.uniform(0, 0.003) * len(tones))
    tones = np.clip(tones * rng.uniform(0.7, 1.1), 0, 1) ** rng.uniform(0.8, 1.2)
    tones = tones + rng.normal(0, rng.uniform(0.002, 0.025), tones.shape)
    image = Image.fromarray(np.uint8(255 * np.clip(tones, 0, 1) + 0.5))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=int(rng.integers(50, 96)))
    return file.getvalue()
