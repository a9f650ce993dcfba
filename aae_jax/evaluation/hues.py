"""Style preservation of a model on colored sets: what becomes of hues in a swap."""

from dataclasses import replace

import numpy as np

from aae_jax.data.colored import COLORED, hues
from aae_jax.evaluation.catalog import Measure
from aae_jax.evaluation.material import Material
from aae_jax.evaluation.metrics.angles import angle_correlation
from aae_jax.evaluation.style import kept


def measure_hues(dataset: str, material: Material) -> dict[str, Measure]:
    """Correlate the hues of ink and ground of x with those of decode(E(x), y').

    As slant and thickness are, within pairs (y, y'), by the circular correlation. The
    ceiling is 1, as every image shows its true hues. Empty for other datasets than the
    colored ones.
    """
    if dataset not in COLORED:
        return {}
    scores, n = {"ink": _ink_hue, "ground": _ground_hue}, len(material.z)
    return {
        name: replace(kept(score, material, n, angle_correlation), ceiling=1.0)
        for name, score in scores.items()
    }


def _ink_hue(images: np.ndarray) -> np.ndarray:
    return hues(images)[:, 0]


def _ground_hue(images: np.ndarray) -> np.ndarray:
    return hues(images)[:, 1]
