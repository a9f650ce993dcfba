"""What is measured against a prior with components: does each class lie in its own?"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from aae_jax.core.components import Components
from aae_jax.evaluation.catalog import Measure, measure
from aae_jax.evaluation.codes import BLOWN_UP
from aae_jax.evaluation.material import SEED, Material
from aae_jax.evaluation.metrics.choosing import evenly
from aae_jax.evaluation.metrics.posterior import MAX_CODES, NUM_SAMPLES, mmd2


def measure_components(material: Material) -> dict[str, Measure]:
    """Compare the codes of each class with the component of its number.

    `nearest`: share of codes that lie nearest to their label's; floor: chance; ceiling:
    of samples of each component. `mmd2`: MMD^2 of the codes of a class to its
    component, mean over the classes; floor: of samples; ceiling: of z = 0. Nothing
    where the prior has no components.
    """
    prior, labels = material.model.components, material.held_out.labels
    if prior is None:
        return {}
    z = material.z
    is_finite = bool(np.isfinite(z).all())
    share = partial(nearest_share, prior)
    nearest = share(z, labels) if is_finite else float("nan")
    samples = sample_components(prior, labels, SEED)
    chance = 1 / prior.components
    few = "there are too few images" if is_finite else BLOWN_UP
    return {
        "nearest": measure(nearest, chance, share(samples, labels), reason=BLOWN_UP),
        "mmd2": measure(
            mmd2_within(prior, z, labels),
            mmd2_within(prior, samples, labels),
            mmd2_within(prior, np.zeros_like(z), labels),
            reason=few,
        ),
    }


def nearest_share(prior: Components, z: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of codes [N, 2] that lie nearest to their label's component."""
    return float(np.mean(np.asarray(prior.nearest(jnp.asarray(z))) == labels))


def mmd2_within(prior: Components, z: np.ndarray, labels: np.ndarray) -> float:
    """Return the MMD^2 of codes [N, 2] to their label's component, mean over classes.

    Both over the scale of the prior. A class of fewer than two codes is left out.
    """
    chosen = evenly(len(z), MAX_CODES)
    z, labels = z[chosen], labels[chosen]
    found = []
    for label in np.unique(labels):
        own = np.full(NUM_SAMPLES // prior.components, label)
        samples = sample_components(prior, own, SEED + 1)
        found.append(mmd2(z[labels == label] / prior.scale, samples / prior.scale))
    known = [value for value in found if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")


def sample_components(prior: Components, labels: np.ndarray, seed: int) -> np.ndarray:
    """Draw a code of the component of each of `labels` [n]: [n, 2]."""
    key = jax.random.key(seed)
    return np.asarray(prior.sample_given(key, jnp.asarray(labels), 2))
