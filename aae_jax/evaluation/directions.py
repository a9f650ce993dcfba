"""Directions of style: what a decoder changes most, and what that measurably does.

A direction is a unit vector in the space of codes divided by `config.scale`; all are at
right angles, so that one can be followed while the others stay.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import numpy as np

from aae_jax.core.config import Config
from aae_jax.core.painting import paint
from aae_jax.evaluation.batches import in_batches
from aae_jax.evaluation.metrics.choosing import evenly
from aae_jax.evaluation.metrics.handwriting import (
    height,
    rank_correlation,
    size,
    slant,
    thickness,
    width,
)
from aae_jax.evaluation.metrics.subspaces import fitted, principal, within

MOST = 6
"""Directions that are kept."""

NAMED = 0.7
"""Rank correlation from which a direction is called by what it does."""

NUM_RESPONSES = 300
"""Codes at which the decoder's response is taken."""

BATCH_SIZE = 50

STROKES = {"slant": slant, "thickness": thickness}
"""What is measured of strokes alone."""

EXTENTS = {"width": width, "height": height, "size": size}
"""What is measured of any gray picture."""

Score = Callable[[np.ndarray], np.ndarray]


class Direction(NamedTuple):
    """A direction of style.

    Attributes:
      name: What grows along it; empty where nothing is known to.
      vector: Of length 1, in units of `config.scale`: [Z].
      low, high: Where codes lie along it: all but the outer 1 % at either end.
      correlation: Of the place along it and what it is called by, within classes; None
        where it has no name.
      effect: Root mean square change of a pixel, a standard deviation along it.
    """

    name: str
    vector: np.ndarray
    low: float
    high: float
    correlation: float | None
    effect: float


def find_directions(
    config: Config, params: Any, z: np.ndarray, labels: np.ndarray, strokes: bool
) -> list[Direction]:
    """Return the directions of style that matter most, the strongest first.

    One that ranks codes as slant, thickness, width, height or size ranks what is
    painted of them is named after it. The others are principal directions of the
    decoder's response.

    Args:
      config: Of an algorithm; its images are gray where anything is to be named.
      params: By network.
      z: Codes of images [N, Z].
      labels: The contents of these images [N] int.
      strokes: The images are strokes, as handwriting is.
    """
    places = np.asarray(z, np.float64) / config.scale
    response = _response(config, params, z, labels)
    named = _named(places, labels, _scores(config, params, z, labels, strokes))
    rest = principal(response, [vector for _, vector, _ in named])
    rest = rest[: max(MOST - len(named), 0)]
    all_found = [*named, *(("", vector, None) for vector in rest)]
    found = [_direction(response, places, *one) for one in all_found]
    return sorted(found, key=lambda one: -one.effect)


def _direction(
    response: np.ndarray,
    places: np.ndarray,
    name: str,
    vector: np.ndarray,
    correlation: float | None,
) -> Direction:
    along = places @ vector
    low, high = np.quantile(along, [0.01, 0.99])
    effect = np.sqrt(max(vector @ response @ vector, 0)) * along.std()
    return Direction(name, vector, float(low), float(high), correlation, float(effect))


def _scores(
    config: Config, params: Any, z: np.ndarray, labels: np.ndarray, strokes: bool
) -> dict[str, np.ndarray]:
    """Return what is measured of what is painted of each code: [N] by name."""
    if config.image_shape[-1] != 1:
        return {}
    painted = in_batches(jax.jit(partial(paint, config, params)), z, labels)
    measures: dict[str, Score] = {**(STROKES if strokes else {}), **EXTENTS}
    scores = {name: measure(painted) for name, measure in measures.items()}
    return {name: score for name, score in scores.items() if np.isfinite(score).all()}


def _named(
    places: np.ndarray, labels: np.ndarray, scores: dict[str, np.ndarray]
) -> list[tuple[str, np.ndarray, float]]:
    """Return name, direction and correlation of each score that has one of its own.

    The best is taken first, and others are looked for at right angles to it.
    """
    centered, left = within(places, labels), dict(scores)
    found: list[tuple[str, np.ndarray, float]] = []
    while left and len(found) < min(MOST, places.shape[1]):
        best = None
        for name, score in left.items():
            vector = fitted(centered, within(score, labels), [v for _, v, _ in found])
            correlation = rank_correlation(places @ vector, score, labels)
            if best is None or correlation > best[2]:
                best = name, vector, correlation
        if best is None or not best[2] >= NAMED:
            break
        found.append(best)
        del left[best[0]]
    return found


def _response(
    config: Config, params: Any, z: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Return the mean of J^T J / pixels, J what is painted by z / scale: [Z, Z]."""

    def squares(z: jax.Array, label: jax.Array) -> jax.Array:
        def pixels(place: jax.Array) -> jax.Array:
            code = place[None] * config.scale
            return paint(config, params, code, label[None]).ravel()

        slopes = jax.jacfwd(pixels)(z / config.scale)
        return slopes.T @ slopes / slopes.shape[0]

    some = evenly(len(z), NUM_RESPONSES)
    each = jax.jit(jax.vmap(squares))
    found = in_batches(each, z[some], labels[some], size=BATCH_SIZE)
    return found.mean(axis=0, dtype=np.float64)
