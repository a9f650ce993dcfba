"""Style preservation of a model: what becomes of slant and thickness in a swap."""

from collections.abc import Callable

import numpy as np

from aae_jax.data.splits import pixels
from aae_jax.evaluation.autoencoder import decode_all
from aae_jax.evaluation.catalogue import Measure, measure
from aae_jax.evaluation.content import shifted_labels
from aae_jax.evaluation.handwriting import (
    rank_correlation,
    shuffled_within,
    slant,
    thickness,
)
from aae_jax.evaluation.images import NOT_FINITE
from aae_jax.evaluation.material import Material

HANDWRITING = ("mnist", "kmnist", "digits")
NUM_THICK = 1000
"""Images whose strokes are measured: the slower of the two figures."""

SEED = 0

Figure = Callable[[np.ndarray], np.ndarray]


def measure_style(dataset: str, material: Material) -> dict[str, Measure]:
    """Correlate slant and thickness of x with those of decode(E(x), y').

    Every y' = (y + s) mod K, s = 1 to K - 1, compared within each pair (y, y'). Floor:
    shuffled within the pair; ceiling: decode(E(x), y), within y.

    Args:
      dataset: Name of the dataset; only handwriting has these figures.
      material: The images x and their labels y, their codes, and the model.
    """
    if dataset not in HANDWRITING:
        reason = f"only handwriting has slant and thickness; {dataset} may be none"
        absent = Measure(None, reason=reason)
        return {"slant": absent, "thickness": absent}
    return {
        "slant": _kept(slant, material, len(material.z)),
        "thickness": _kept(thickness, material, NUM_THICK),
    }


def _kept(figure: Figure, material: Material, n: int) -> Measure:
    """Return how much of one figure the first n images keep, with floor and ceiling."""
    model, num_classes, z = material.model, material.num_classes, material.z[:n]
    labels = material.held_out.labels[:n]
    before = figure(pixels(material.held_out.images[:n]))
    painted = [
        figure(decode_all(model, z, shifted_labels(labels, shift, num_classes)))
        for shift in range(num_classes)
    ]
    after = np.concatenate(painted[1:])
    originals = np.tile(before, num_classes - 1)
    shifts = np.repeat(np.arange(1, num_classes), len(labels))
    pairs = np.tile(labels, num_classes - 1) * num_classes + shifts
    shuffled = shuffled_within(after, pairs, np.random.default_rng(SEED))
    few = "no class has five images that differ in it"
    return measure(
        rank_correlation(originals, after, pairs),
        rank_correlation(originals, shuffled, pairs),
        rank_correlation(before, painted[0], labels),
        reason=few if np.isfinite(after).all() else NOT_FINITE,
    )
