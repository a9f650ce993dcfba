"""What is measured of the codes of a model: what leaks, and what matches the prior."""

import numpy as np

from aae_jax.evaluation import probes
from aae_jax.evaluation.catalogue import Measure, measure
from aae_jax.evaluation.choosing import evenly
from aae_jax.evaluation.material import SEED, Material
from aae_jax.evaluation.posterior import MAX_CODES, NUM_SAMPLES, mmd2, mmd2_by_class

BLOWN_UP = "the codes are not finite, or enormous"


def measure_leakage(material: Material) -> dict[str, Measure]:
    """How much of the content do fresh probes read from the codes?"""
    z, labels = material.z / material.model.prior_std, material.held_out.labels
    floor, ceiling = probes.majority(labels), material.real.accuracy

    def accuracy(hidden: tuple[int, ...]) -> float:
        return probes.leakage(
            material.train_z,
            material.train.labels,
            z,
            labels,
            material.num_classes,
            hidden,
        )

    return {
        name: measure(accuracy(hidden), floor, ceiling, reason=BLOWN_UP)
        for name, hidden in (("linear", probes.LINEAR), ("mlp", probes.MLP))
    }


def measure_posterior(material: Material) -> dict[str, Measure]:
    """MMD^2 of codes to the prior; floor: of the prior to itself; ceiling: of z = 0."""
    rng = np.random.default_rng(SEED)
    shape = (NUM_SAMPLES, material.model.latent_dim)
    samples, others = rng.standard_normal(shape), rng.standard_normal(shape)
    chosen = evenly(len(material.z), MAX_CODES)
    z = (material.z / material.model.prior_std)[chosen]
    labels = material.held_out.labels[chosen]
    alternatives = (z, others[: len(z)], np.zeros_like(z))
    reason = "there are too few images" if np.isfinite(z).all() else BLOWN_UP

    def by_class(z: np.ndarray) -> float:
        found = mmd2_by_class(z, labels, samples, material.num_classes)
        known = found[np.isfinite(found)]
        return float(known.mean()) if len(known) else float("nan")

    figures = {"mmd2": lambda z: mmd2(z, samples), "mmd2_by_class": by_class}
    return {
        name: measure(*(figure(z) for z in alternatives), reason=reason)
        for name, figure in figures.items()
    }
