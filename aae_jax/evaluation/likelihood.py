"""What is measured of the density that the samples of a model stand for."""

from aae_jax.data import pixels
from aae_jax.evaluation.catalog import Measure, measure
from aae_jax.evaluation.images import NOT_FINITE
from aae_jax.evaluation.material import NUM_DRAWN, Material
from aae_jax.evaluation.metrics.choosing import evenly
from aae_jax.evaluation.metrics.diversity import class_means
from aae_jax.evaluation.metrics.parzen import parzen_likelihood

IS_CHOICE = "windows get their width from these images: measure the test split"


def measure_likelihood(material: Material) -> dict[str, Measure]:
    """Parzen window log-likelihood in nats; floor: class means; ceiling: real train.

    As many real train images as samples are no upper bound: smoother images do better.
    """
    if material.held_out.images is material.validation.images:
        return {"parzen": Measure(None, reason=IS_CHOICE)}
    validation = pixels(material.validation.images)
    train = material.train
    means = class_means(pixels(train.images), train.labels, material.num_classes)
    real = pixels(train.images[evenly(len(train.labels), NUM_DRAWN)])
    value, floor, ceiling = (
        parzen_likelihood(samples, validation, material.real.images).mean
        for samples in (material.samples.images, means, real)
    )
    return {"parzen": measure(value, floor, ceiling, reason=NOT_FINITE)}
