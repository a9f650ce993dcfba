"""What is measured of the images of a model: content, quality, error, diversity."""

import numpy as np

from aae_jax.data import pixels
from aae_jax.evaluation.catalog import Measure, measure
from aae_jax.evaluation.classifier import read_images
from aae_jax.evaluation.material import NUM_DRAWN, Material, Painted
from aae_jax.evaluation.metrics.choosing import evenly
from aae_jax.evaluation.metrics.content import balanced_labels
from aae_jax.evaluation.metrics.diversity import (
    class_means,
    class_variance,
    pixel_error,
)
from aae_jax.evaluation.metrics.frechet import frechet_distance

READABLE = 0.8
"""Where the judge reads fewer of the real images, it cannot say what is painted."""

NOT_FINITE = "the decoded images are not finite"


def measure_classes(material: Material) -> dict[str, Measure]:
    """Share that the model itself reads as another class, if any; ceiling: chance."""
    if material.classes is None:
        return {}
    error = np.mean(material.classes != material.held_out.labels)
    return {"error": measure(float(error), 0.0, 1 - 1 / material.num_classes)}


def measure_content(material: Material) -> dict[str, Measure]:
    """Share read as asked by the judge; floor: chance; ceiling: of real images.

    Left out where the judge cannot read real images, as of natural ones.
    """
    ceiling, chance = material.real.accuracy, 1 / material.num_classes
    if ceiling < READABLE:
        reason = f"the judge reads only {ceiling:.0%} of the real images"
        absent = measure(float("nan"), chance, ceiling, reason=reason)
        return dict.fromkeys(("prior", "swap", "reconstruction"), absent)
    painted = {
        "prior": material.samples,
        "swap": material.swaps,
        "reconstruction": material.reconstructions,
    }
    return {
        name: measure(images.accuracy, chance, ceiling)
        for name, images in painted.items()
    }


def measure_frechet(material: Material) -> dict[str, Measure]:
    """Distances to the split's images; floor: real train; ceiling: class means."""
    train, judge = material.train, material.classifier
    assert judge is not None
    real = material.real.reading.features
    samples, again = material.samples, material.reconstructions

    def distance(images: np.ndarray) -> float:
        return frechet_distance(read_images(judge, images).features, real)

    floor = distance(train.images[evenly(len(train.labels), NUM_DRAWN)])
    means = class_means(pixels(train.images), train.labels, material.num_classes)
    ceiling = distance(means[balanced_labels(NUM_DRAWN, material.num_classes)])
    prior = frechet_distance(samples.reading.features, real)
    error = frechet_distance(again.reading.features, real)
    unit = floor if floor > 0 else float("nan")
    few, same = "there are too few images", "the real images do not differ"
    return {
        "prior": measure(prior, floor, ceiling, reason=_reason(samples, few)),
        "reconstruction": measure(error, floor, ceiling, reason=_reason(again, few)),
        "multiple": measure(
            prior / unit, 1, ceiling / unit, reason=_reason(samples, same)
        ),
    }


def measure_error(material: Material) -> dict[str, Measure]:
    """Squared error per pixel; ceiling: the train split's mean image for all."""
    images = material.real.images
    mean = material.train.images.mean(axis=0) / 255
    error = pixel_error(images, material.reconstructions.images)
    return {"error": measure(error, 0, pixel_error(images, mean), reason=NOT_FINITE)}


def measure_diversity(material: Material) -> dict[str, Measure]:
    """Pixel variance within a class, of painted random styles over real images."""
    samples = material.samples
    real = class_variance(material.real.images, material.held_out.labels)
    drawn = class_variance(samples.images, samples.asked)
    ratio = drawn / real if real > 0 else float("nan")
    reason = _reason(samples, "the real images of a class do not vary")
    return {"ratio": measure(ratio, 0, 1, reason=reason)}


def _reason(painted: Painted, otherwise: str) -> str:
    """Return why there is no score: the model is broken, or else `otherwise`."""
    return otherwise if np.isfinite(painted.images).all() else NOT_FINITE
