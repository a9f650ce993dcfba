"""The dataset's pixel grid laid on a picture: where, and what its pixels hold."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from aae_jax.imaging.blur import blur_width
from aae_jax.imaging.framing import Framing
from aae_jax.imaging.ink import Ink

_SOFT_EDGE = 0.4
"""Share of the blur's width by which faint ink reaches beyond the true edge."""

_DOUBT = 0.004
"""Share of the crispness that the likeliest grid may lack and still be chosen."""


@dataclass(frozen=True)
class Axis:
    """The dataset's pixels along one axis, measured in pixels of the picture."""

    start: float
    """Where the first pixel of the box begins."""

    size: float
    """Length of a pixel."""

    count: int
    """Number of pixels in the box."""


@dataclass(frozen=True)
class Lines:
    """Ink that can be summed along its first axis in no time."""

    sums: np.ndarray
    """[H + 1, W] sums of all rows above."""

    blur: float
    """Width in pixels over which the ink's sharpest edges spread."""

    @classmethod
    def of(cls, values: np.ndarray, blur: float) -> "Lines":
        """Return the lines of `values` [H, W]."""
        sums = np.concatenate([np.zeros((1, values.shape[1])), values.cumsum(axis=0)])
        return cls(sums, blur)

    def sample(self, axis: Axis) -> np.ndarray:
        """Return the mean ink in each pixel of `axis`, [count, W].

        What the picture's own blur already averaged is not averaged again: the mean is
        taken over a window that makes up the difference to a whole pixel. So a sharp
        picture is averaged over areas, an enlarged small one is read at the middles.
        """
        window = axis.size**2 - 2 * (self.blur - 1) ** 2
        window = math.sqrt(max(window, (axis.size / 5) ** 2, 1))
        middles = axis.start + (np.arange(axis.count) + 0.5) * axis.size
        above = self._above(middles + window / 2) - self._above(middles - window / 2)
        return above / window

    def _above(self, places: np.ndarray) -> np.ndarray:
        places = np.clip(places, 0, len(self.sums) - 1)
        rows = np.minimum(places.astype(int), len(self.sums) - 2)
        part = (places - rows)[:, None]
        return (1 - part) * self.sums[rows] + part * self.sums[rows + 1]


def fit_grid(ink: Ink, framing: Framing) -> tuple[Axis, Axis]:
    """Lay the rows and columns of the dataset on the ink.

    The box is the ink's, as far as blur tells where that ends; what it leaves open is
    decided by crispness. So a picture that was made by enlarging an image of the
    dataset is read on that image's own pixels.
    """
    own_blur = blur_width(ink.values, ink.noise)
    lines = (Lines.of(ink.values, own_blur), Lines.of(ink.values.T, own_blur))
    blur = blur_width(ink.outline, ink.noise) - 1
    spans = [_span(ink.outline.max(axis=1 - a), ink.threshold) for a in (0, 1)]
    lengths = [stop - start - 2 * _SOFT_EDGE * blur for start, stop in spans]
    most = (framing.height, framing.width)
    least = (framing.min_height, framing.min_width)
    long = int(lengths[1] / most[1] > lengths[0] / most[0])
    short = 1 - long
    fitted = _fit_ends(lines[long], spans[long], round(most[long]), blur)
    count = lengths[short] / fitted.size
    if count < least[short]:
        other = _fit_ends(lines[short], spans[short], round(least[short]), blur)
    else:
        other = _fit_phase(lines[short], spans[short], fitted.size, count)
    return (fitted, other) if long == 0 else (other, fitted)


def _span(profile: np.ndarray, threshold: float) -> tuple[float, float]:
    inked = np.flatnonzero(profile > threshold)
    return float(inked[0]), float(inked[-1] + 1)


def _fit_ends(lines: Lines, span: tuple[float, float], count: int, blur: float) -> Axis:
    """Choose the ends of a box of `count` pixels, as far as blur leaves them open."""

    def axis(first: float, last: float) -> Axis:
        start, stop = span[0] + first * blur, span[1] - last * blur
        return Axis(start, (stop - start) / count, count)

    def merit(ends: Iterable[float]) -> float:
        doubt = sum((end - _SOFT_EDGE) ** 2 for end in ends)
        return _crispness(lines, axis(*ends)) * (1 - _DOUBT * doubt)

    return axis(*_climb(merit, (0.1, 0.1), 0.6)) if blur > 0.3 else axis(0, 0)


def _fit_phase(
    lines: Lines, span: tuple[float, float], size: float, length: float
) -> Axis:
    """Choose where pixels of a known size begin, within half a pixel."""
    count = max(1, round(length))
    start = (sum(span) - count * size) / 2

    def merit(shift: Iterable[float]) -> float:
        (part,) = shift
        axis = Axis(start + part * size, size, count)
        return _crispness(lines, axis) * (1 - _DOUBT * part**2)

    (shift,) = _climb(merit, (0.0,), 0.5)
    return Axis(start + shift * size, size, count)


def _crispness(lines: Lines, axis: Axis) -> float:
    """Return the mean ink where ink is: greatest if no pixel straddles an edge."""
    wide = Axis(axis.start - axis.size, axis.size, axis.count + 2)
    pixels = lines.sample(wide)
    return float((pixels**2).sum() / np.abs(pixels).sum())


def _climb(
    merit: Callable[[Iterable[float]], float], best: tuple[float, ...], reach: float
) -> tuple[float, ...]:
    """Return the point of greatest merit around `best`, on ever finer grids."""
    for _ in range(4):
        steps = np.linspace(-reach, reach, 11)
        grids = np.meshgrid(*(middle + steps for middle in best))
        points = np.stack([grid.ravel() for grid in grids], axis=-1)
        best = tuple(max(points, key=merit))
        reach /= 5
    return best
