"""Draw a handwritten digit on a sheet of paper, with one thing beside it.

Lengths are in shares of the digit's height. Layers are covers of ink, [H, W] in [0, 1].
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from aae_jax.imaging.framing import ink_box


@dataclass(frozen=True)
class Page:
    """Where the digit lies on a page, and the randomness of all else on it."""

    rng: np.random.Generator
    size: tuple[int, int]
    """Width and height in pixels."""

    box: tuple[float, float, float, float]
    """Left, top, right and bottom of the digit, in pixels."""

    digits: np.ndarray
    """[N, 28, 28] uint8 to draw others from."""

    @property
    def unit(self) -> float:
        """Height of the digit in pixels."""
        return self.box[3] - self.box[1]


def write(page: Page, digit: np.ndarray, left: float, top: float) -> np.ndarray:
    """Return the cover of a digit [28, 28] whose longer side is the page's unit."""
    first, last, start, stop = ink_box(digit / 255) or (0, 28, 0, 28)
    ink = digit[first:last, start:stop]
    factor = page.unit / max(ink.shape)
    size = tuple(max(1, round(factor * side)) for side in ink.shape[::-1])
    room = Image.fromarray(np.pad(ink, 1)).resize(
        (round(size[0] + 2 * factor), round(size[1] + 2 * factor)),
        Image.Resampling.BICUBIC,
    )
    cover = Image.new("L", page.size)
    cover.paste(room, (round(left - factor), round(top - factor)))
    return np.clip(2 * (np.asarray(cover) / 255 - 0.5) + 0.5, 0, 1)


def drawn(page: Page, draw: Callable[[ImageDraw.ImageDraw], object]) -> np.ndarray:
    """Return the cover of what `draw` paints in white."""
    cover = Image.new("L", page.size)
    draw(ImageDraw.Draw(cover))
    return np.asarray(cover.filter(ImageFilter.GaussianBlur(0.6))) / 255


def rules(page: Page, spacing: float, width: int, across: bool) -> np.ndarray:
    """Return parallel lines over the whole page, level or upright."""
    length, height = page.size if not across else page.size[::-1]
    start = page.rng.uniform(0, spacing)

    def draw(on: ImageDraw.ImageDraw) -> None:
        for place in np.arange(start, height, spacing):
            ends = [(0, place), (length, place)]
            on.line([end[::-1] for end in ends] if across else ends, 255, width)

    return drawn(page, draw)


def nothing(page: Page) -> np.ndarray:
    """Plain paper."""
    return np.zeros(page.size[::-1])


def ruled(page: Page) -> np.ndarray:
    """Paper with lines, pale or strong."""
    spacing = page.unit * page.rng.uniform(0.5, 1.4)
    width = int(page.rng.integers(1, 4))
    return page.rng.uniform(0.1, 0.7) * rules(page, spacing, width, across=False)


def squared(page: Page) -> np.ndarray:
    """Paper with squares."""
    spacing, width = (
        page.unit * page.rng.uniform(0.2, 0.6),
        int(page.rng.integers(1, 3)),
    )
    both = [rules(page, spacing, width, across) for across in (False, True)]
    return page.rng.uniform(0.08, 0.45) * np.maximum(*both)


def boxed(page: Page, cells: int = 1) -> np.ndarray:
    """The box of a form around the digit."""
    left, top, right, bottom = page.box
    margin = page.unit * page.rng.uniform(0.12, 0.4)
    side = right - left + 2 * margin
    width = int(page.rng.integers(1, 5))
    first = page.rng.integers(-(cells - 1), 1)

    def draw(on: ImageDraw.ImageDraw) -> None:
        for cell in range(first, first + cells):
            start = left - margin + cell * side
            on.rectangle(
                (start, top - margin, start + side, bottom + margin), None, 255, width
            )

    return page.rng.uniform(0.3, 1) * drawn(page, draw)


def cells(page: Page) -> np.ndarray:
    """A row of boxes, one of them filled in."""
    return boxed(page, cells=int(page.rng.integers(2, 5)))


def underlined(page: Page) -> np.ndarray:
    """A line drawn under the digit with the pen."""
    left, _, right, bottom = page.box
    place = bottom + page.unit * page.rng.uniform(0.08, 0.35)
    reach = page.unit * page.rng.uniform(0, 0.5)
    slope = page.unit * page.rng.uniform(-0.05, 0.05)
    ends = [(left - reach, place), (right + reach, place + slope)]
    width = max(1, round(page.unit * page.rng.uniform(0.02, 0.1)))
    return drawn(page, lambda on: on.line(ends, 255, width))


def holes(page: Page) -> np.ndarray:
    """Two punch holes near the left edge."""
    radius = page.size[1] * page.rng.uniform(0.02, 0.05)
    x, first = radius * page.rng.uniform(1.3, 2), page.rng.uniform(0.15, 0.4)

    def draw(on: ImageDraw.ImageDraw) -> None:
        for y in (first * page.size[1], (1 - first) * page.size[1]):
            on.ellipse((x - radius, y - radius, x + radius, y + radius), 255)

    return page.rng.uniform(0.4, 0.95) * drawn(page, draw)


def staple(page: Page) -> np.ndarray:
    """A staple in a corner."""
    x, y = page.rng.uniform(0.03, 0.1, 2) * page.size
    across, down = page.unit * page.rng.uniform(0.15, 0.3), page.unit * 0.1
    width = max(2, round(0.03 * page.unit))
    return drawn(page, lambda on: on.line([(x, y + down), (x + across, y)], 255, width))


def coffee_ring(page: Page) -> np.ndarray:
    """The ring that a cup left, anywhere on the page."""
    x, y = page.rng.uniform(0, 1, 2) * page.size
    radius = page.unit * page.rng.uniform(0.4, 1)
    ends = (x - radius, y - radius, x + radius, y + radius)
    width = max(2, round(radius * page.rng.uniform(0.03, 0.15)))
    ring = drawn(page, lambda on: on.ellipse(ends, None, 255, width))
    return page.rng.uniform(0.08, 0.35) * ring


def black_edge(page: Page) -> np.ndarray:
    """The black edge of a scan along one side or two."""
    cover = np.zeros(page.size[::-1])
    for _ in range(page.rng.integers(1, 3)):
        width = round(page.rng.uniform(0.005, 0.05) * page.size[1])
        np.rot90(cover, int(page.rng.integers(4)))[:width] = 1
    return page.rng.uniform(0.6, 1) * cover


def caption(page: Page) -> np.ndarray:
    """A line of small print."""
    lower = page.rng.uniform(0.02, 0.08) * page.size[1]
    y = page.rng.choice([lower, 0.95 * page.size[1] - lower])
    words = "".join(chr(97 + letter) for letter in page.rng.integers(0, 26, 14))
    place = (page.rng.uniform(0.05, 0.5) * page.size[0], y)
    size = max(8, page.unit * page.rng.uniform(0.08, 0.16))
    cover = drawn(page, lambda on: on.text(place, words, 255, font_size=size))
    return page.rng.uniform(0.5, 1) * cover


def pen(page: Page) -> np.ndarray:
    """A pen that lies across a corner of the page."""
    width, height = page.size
    reach = page.rng.uniform(0.1, 0.3)
    ends = [(width * (1 - reach), -9), (width + 9, height * reach * 1.5)]
    thick = round(height * page.rng.uniform(0.02, 0.05))
    return page.rng.uniform(0.5, 1) * drawn(page, lambda on: on.line(ends, 255, thick))


def smudges(page: Page) -> np.ndarray:
    """Pale blots and dust."""
    cover = np.zeros(page.size[::-1])
    for _ in range(page.rng.integers(2, 8)):
        x, y = page.rng.uniform(0, 1, 2) * page.size
        radius = page.unit * page.rng.uniform(0.01, 0.15)
        ends = (x - radius, y - radius, x + radius, y + radius)
        blot = drawn(page, partial(ImageDraw.ImageDraw.ellipse, xy=ends, fill=255))
        dark = page.rng.uniform(0.05, 0.25) if radius > 0.05 * page.unit else 0.8
        cover = np.maximum(cover, dark * blot)
    return cover


def neighbor(page: Page, step: float) -> np.ndarray:
    """Return another digit, a number of units to the side."""
    other = page.digits[page.rng.integers(len(page.digits))]
    left = page.box[0] + step * page.unit
    return write(page, other, left, page.box[1] + 0.1 * page.rng.normal() * page.unit)


def cut_neighbor(page: Page) -> np.ndarray:
    """Another digit, cut off by the picture's edge."""
    right = (page.size[0] - page.box[0]) / page.unit - page.rng.uniform(0.1, 0.4)
    return neighbor(page, right)


def several(page: Page) -> np.ndarray:
    """Another digit of the same size beside it."""
    side = 1 if page.box[0] + page.box[2] < page.size[0] else -1
    return neighbor(page, side * page.rng.uniform(1, 1.3))


THINGS: dict[Callable[[Page], np.ndarray], float] = {
    nothing: 0.2,
    ruled: 0.08,
    squared: 0.08,
    boxed: 0.08,
    cells: 0.05,
    underlined: 0.07,
    holes: 0.06,
    staple: 0.05,
    coffee_ring: 0.06,
    black_edge: 0.06,
    caption: 0.06,
    pen: 0.05,
    smudges: 0.05,
    cut_neighbor: 0.03,
    several: 0.02,
}
"""What lies beside the digit, and in which share of photographs."""
