"""Style preservation of a model: what becomes of slant and thickness in a swap."""

from collections.abc import Callable

import numpy as np

from aae_jax.data import pixels
from aae_jax.data.colored import COLORED, ink
from aae_jax.evaluation.catalog import Measure, measure
from aae_jax.evaluation.images import NOT_FINITE
from aae_jax.evaluation.material import Material
from aae_jax.evaluation.metrics.content import shifted_labels
from aae_jax.evaluation.metrics.handwriting import (
    rank_correlation,
    shuffled_within,
    slant,
    thickness,
)
from aae_jax.evaluation.model import decode_all

HANDWRITING = ("mnist", "kmnist", "digits", *COLORED)
NUM_THICK = 1000
"""Images whose strokes are measured: the slower of the two scores."""

FAINT = 0.05
"""Share of ink below which a pixel in color counts as ground."""

SEED = 0

Score = Callable[[np.ndarray], np.ndarray]
Correlation = Callable[[np.ndarray, np.ndarray, np.ndarray], float]
"""Of values before [N] and after [N], within groups [N]."""


def measure_style(dataset: str, material: Material) -> dict[str, Measure]:
    """Correlate slant and thickness of x with those of decode(E(x), y').

    Every y' = (y + s) mod K, s = 1 to K - 1, compared within each pair (y, y'). Floor:
    shuffled within the pair; ceiling: decode(E(x), y), within y.

    Args:
      dataset: Name of the dataset; only handwriting has these scores: in gray, or in
        colors of which the share of ink is known.
      material: The images x and their labels y, their codes, and the model.
    """
    if reason := _not_handwriting(dataset, material.held_out.images):
        absent = Measure(None, reason=reason)
        return {"slant": absent, "thickness": absent}
    drawn = _known_ink if dataset in COLORED else _as_it_is
    return {
        "slant": kept(lambda images: slant(drawn(images)), material, len(material.z)),
        "thickness": kept(lambda images: thickness(drawn(images)), material, NUM_THICK),
    }


def _known_ink(images: np.ndarray) -> np.ndarray:
    """Return the ink of images in color, and none where it is faint."""
    shares = ink(images)
    # Far from the stroke the faintest unevenness of the ground would weigh most.
    return np.where(shares < FAINT, 0, shares)


def _as_it_is(images: np.ndarray) -> np.ndarray:
    return images


def _not_handwriting(dataset: str, images: np.ndarray) -> str | None:
    """Return why these images have no strokes to measure; None where they have."""
    if dataset not in HANDWRITING:
        return f"only handwriting has slant and thickness, and {dataset} may be none"
    if images.shape[-1] != 1 and dataset not in COLORED:
        return "slant and thickness are measured of gray images only"
    return None


def kept(
    score: Score,
    material: Material,
    n: int,
    correlation: Correlation = rank_correlation,
) -> Measure:
    """Return how much of one score the first n images keep, with floor and ceiling."""
    model, num_classes, z = material.model, material.num_classes, material.z[:n]
    labels = material.held_out.labels[:n]
    before = score(pixels(material.held_out.images[:n]))
    painted = [
        score(decode_all(model, z, shifted_labels(labels, shift, num_classes)))
        for shift in range(num_classes)
    ]
    after = np.concatenate(painted[1:])
    originals = np.tile(before, num_classes - 1)
    shifts = np.repeat(np.arange(1, num_classes), len(labels))
    pairs = np.tile(labels, num_classes - 1) * num_classes + shifts
    shuffled = shuffled_within(after, pairs, np.random.default_rng(SEED))
    few = "no class has five images that differ in it"
    return measure(
        correlation(originals, after, pairs),
        correlation(originals, shuffled, pairs),
        correlation(before, painted[0], labels),
        reason=few if np.isfinite(after).all() else NOT_FINITE,
    )
