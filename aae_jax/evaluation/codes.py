"""What is measured of the codes of a model: what leaks, and what matches the prior."""

from collections.abc import Callable

import numpy as np

from aae_jax.evaluation.catalog import Measure, measure
from aae_jax.evaluation.material import SEED, Material
from aae_jax.evaluation.metrics import probes
from aae_jax.evaluation.metrics.choosing import evenly
from aae_jax.evaluation.metrics.posterior import (
    MAX_CODES,
    NUM_SAMPLES,
    mmd2,
    mmd2_by_class,
)

BLOWN_UP = "the codes are not finite, or enormous"
IN_COMPONENTS = "classes are to lie in components of the prior"
NO_PRIOR = "it has no prior to match: samples are of the Gaussian of its codes"


def measure_leakage(material: Material) -> dict[str, Measure]:
    """Accuracy of fresh probes on codes; floor: majority; ceiling: of the judge."""
    z, labels = material.z / material.model.scale, material.held_out.labels
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
    """MMD^2 of codes to the prior; floor: of the prior to itself; ceiling: of z = 0.

    Of a model that matches its codes to no prior there is neither.
    """
    model = material.model
    if model.sample is None:
        absent = Measure(None, reason=NO_PRIOR)
        return {"mmd2": absent, "mmd2_by_class": absent}
    rng = np.random.default_rng(SEED)
    samples, others = model.sample(rng, NUM_SAMPLES), model.sample(rng, NUM_SAMPLES)
    chosen = evenly(len(material.z), MAX_CODES)
    z, labels = (material.z / model.scale)[chosen], material.held_out.labels[chosen]
    reason = "there are too few images" if np.isfinite(z).all() else BLOWN_UP

    def by_class(z: np.ndarray) -> float:
        found = mmd2_by_class(z, labels, samples, material.num_classes)
        known = found[np.isfinite(found)]
        return float(known.mean()) if len(known) else float("nan")

    def measured(score: Callable[[np.ndarray], float]) -> Measure:
        floor, ceiling = score(others[: len(z)]), score(np.zeros_like(z))
        return measure(score(z), floor, ceiling, reason=reason)

    return {
        "mmd2": measured(lambda z: mmd2(z, samples)),
        "mmd2_by_class": Measure(None, reason=IN_COMPONENTS)
        if model.components
        else measured(by_class),
    }
