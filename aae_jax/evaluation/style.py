"""Style preservation of a model: what becomes of slant and thickness in a swap."""

from collections.abc import Callable

import numpy as np

from aae_jax.data import Dataset
from aae_jax.evaluation.autoencoder import Autoencoder, decode_all
from aae_jax.evaluation.catalogue import Measure, measure
from aae_jax.evaluation.content import shifted_labels
from aae_jax.evaluation.handwriting import (
    rank_correlation,
    shuffled_within,
    slant,
    thickness,
)

HANDWRITING = ("mnist", "kmnist", "digits")
NUM_THICK = 1000
"""Images whose strokes are measured: the slower of the two figures."""

SEED = 0

Figure = Callable[[np.ndarray], np.ndarray]


def measure_style(
    dataset: str,
    model: Autoencoder,
    held_out: Dataset,
    z: np.ndarray,
    num_classes: int,
) -> dict[str, Measure]:
    """Correlate slant and thickness of x with those of decode(E(x), y').

    Every y' = (y + s) mod K, s = 1 to K - 1, compared within each pair (y, y'). Floor:
    shuffled within the pair; ceiling: decode(E(x), y), within y.

    Args:
      dataset: Name of the dataset; only handwriting has these figures.
      model: Paints the swaps.
      held_out: The images x and their labels y.
      z: Their codes [N, Z].
      num_classes: K.
    """
    if dataset not in HANDWRITING:
        reason = f"only handwriting has slant and thickness; {dataset} may be none"
        absent = Measure(None, reason=reason)
        return {"slant": absent, "thickness": absent}

    def kept(figure: Figure, n: int) -> Measure:
        some = Dataset(held_out.images[:n], held_out.labels[:n])
        return _kept(figure, model, some, z[:n], num_classes)

    return {
        "slant": kept(slant, len(z)),
        "thickness": kept(thickness, NUM_THICK),
    }


def _kept(
    figure: Figure,
    model: Autoencoder,
    held_out: Dataset,
    z: np.ndarray,
    num_classes: int,
) -> Measure:
    """Return how much of one figure is kept, beside floor and ceiling."""
    images, labels = held_out
    before = figure(images.astype(np.float32) / 255)
    painted = [
        figure(decode_all(model, z, shifted_labels(labels, shift, num_classes)))
        for shift in range(num_classes)
    ]
    after = np.concatenate(painted[1:])
    originals = np.tile(before, num_classes - 1)
    shifts = np.repeat(np.arange(1, num_classes), len(labels))
    pairs = np.tile(labels, num_classes - 1) * num_classes + shifts
    shuffled = shuffled_within(after, pairs, np.random.default_rng(SEED))
    return measure(
        rank_correlation(originals, after, pairs),
        rank_correlation(originals, shuffled, pairs),
        rank_correlation(before, painted[0], labels),
        reason="no class has five images that differ in it",
    )
