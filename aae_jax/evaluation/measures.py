"""All metrics of one autoencoder on one split."""

from dataclasses import asdict
from typing import Any

import numpy as np

from aae_jax.data import DatasetSplits
from aae_jax.evaluation import probes
from aae_jax.evaluation.autoencoder import Autoencoder
from aae_jax.evaluation.catalogue import Measure, measure
from aae_jax.evaluation.classifier import Classifier, read_images
from aae_jax.evaluation.content import balanced_labels, confusion
from aae_jax.evaluation.diversity import class_means, class_variance, pixel_error
from aae_jax.evaluation.frechet import frechet_distance
from aae_jax.evaluation.material import NUM_DRAWN, SEED, Material
from aae_jax.evaluation.posterior import (
    MAX_CODES,
    NUM_SAMPLES,
    mmd2,
    mmd2_by_class,
    moments,
)
from aae_jax.evaluation.style import measure_style

Measures = dict[str, Measure]


def evaluate_model(
    model: Autoencoder, splits: DatasetSplits, split: str, classifier: Classifier
) -> dict[str, Any]:
    """Measure an autoencoder on a split: every metric, with its floor and ceiling.

    Deterministic. The judge and the probes know the train split alone.

    Args:
      model: What is measured.
      splits: The data that it was trained on.
      split: "validation" or "test".
      classifier: The judge, fitted on the train split of this data.

    Returns:
      A JSON-able dictionary: `metrics[group][name]` as `catalogue.METRICS` names them,
      each {value, floor, ceiling, reason}; `classifier_accuracy` on the split's real
      images; `num_images`; `confusion` [K][K], asked (row) against read, of prior
      samples; `codes`, mean and std of each dimension in sigmas.
    """
    held_out = splits.test if split == "test" else splits.validation
    material = Material(model, classifier, splits.train, held_out, splits.num_classes)
    asked, read = material.samples.asked, material.samples.reading.predictions
    mean, std = moments(material.z / model.prior_std)
    return {
        "classifier_accuracy": material.real.accuracy,
        "num_images": len(held_out.labels),
        "metrics": {
            group: {name: asdict(found) for name, found in measures.items()}
            for group, measures in measure_all(material, splits.name).items()
        },
        "confusion": confusion(read, asked, splits.num_classes).tolist(),
        "codes": {"mean": _numbers(mean), "std": _numbers(std)},
    }


def measure_all(material: Material, dataset: str) -> dict[str, Measures]:
    """Return every group of metrics; `dataset` says whether it is handwriting."""
    model, held_out = material.model, material.held_out
    return {
        "content": measure_content(material),
        "leakage": measure_leakage(material),
        "style": measure_style(
            dataset, model, held_out, material.z, material.num_classes
        ),
        "posterior": measure_posterior(material),
        "frechet": measure_frechet(material),
        "reconstruction": measure_error(material),
        "diversity": measure_diversity(material),
    }


def measure_content(material: Material) -> Measures:
    """Is what was asked for what the judge reads?"""
    ceiling, chance = material.real.accuracy, 1 / material.num_classes
    painted = {
        "prior": material.samples,
        "swap": material.swaps,
        "reconstruction": material.reconstructions,
    }
    return {
        name: measure(images.accuracy, chance, ceiling)
        for name, images in painted.items()
    }


def measure_leakage(material: Material) -> Measures:
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
        name: measure(accuracy(hidden), floor, ceiling)
        for name, hidden in (("linear", probes.LINEAR), ("mlp", probes.MLP))
    }


def measure_posterior(material: Material) -> Measures:
    """MMD^2 of codes to the prior; floor: of the prior to itself; ceiling: of z = 0."""
    rng = np.random.default_rng(SEED)
    shape = (NUM_SAMPLES, material.model.latent_dim)
    samples, others = rng.standard_normal(shape), rng.standard_normal(shape)
    chosen = spread(len(material.z), MAX_CODES)
    z = (material.z / material.model.prior_std)[chosen]
    labels = material.held_out.labels[chosen]
    alternatives = (z, others[: len(z)], np.zeros_like(z))

    def by_class(z: np.ndarray) -> float:
        found = mmd2_by_class(z, labels, samples, material.num_classes)
        known = found[np.isfinite(found)]
        return float(known.mean()) if len(known) else float("nan")

    return {
        "mmd2": measure(*(mmd2(z, samples) for z in alternatives)),
        "mmd2_by_class": measure(*(by_class(z) for z in alternatives)),
    }


def measure_frechet(material: Material) -> Measures:
    """Distances to the split's images; floor: real train; ceiling: class means."""
    train, judge = material.train, material.classifier
    real = material.real.reading.features

    def distance(images: np.ndarray) -> float:
        return frechet_distance(read_images(judge, images).features, real)

    floor = distance(train.images[spread(len(train.labels), NUM_DRAWN)])
    means = class_means(
        train.images.astype(np.float32) / 255, train.labels, material.num_classes
    )
    ceiling = distance(means[balanced_labels(NUM_DRAWN, material.num_classes)])
    prior = frechet_distance(material.samples.reading.features, real)
    again = frechet_distance(material.reconstructions.reading.features, real)
    unit = floor if floor > 0 else float("nan")
    return {
        "prior": measure(prior, floor, ceiling),
        "reconstruction": measure(again, floor, ceiling),
        "multiple": measure(
            prior / unit, 1, ceiling / unit, reason="the real images do not differ"
        ),
    }


def measure_error(material: Material) -> Measures:
    """Squared error per pixel; ceiling: the train split's mean image for all."""
    images = material.real.images
    mean = material.train.images.mean(axis=0) / 255
    error = pixel_error(images, material.reconstructions.images)
    return {"error": measure(error, 0, pixel_error(images, mean))}


def measure_diversity(material: Material) -> Measures:
    """Pixel variance within a class, prior samples over real images."""
    real = class_variance(material.real.images, material.held_out.labels)
    drawn = class_variance(material.samples.images, material.samples.asked)
    ratio = drawn / real if real > 0 else float("nan")
    return {
        "ratio": measure(ratio, 0, 1, reason="the real images of a class do not vary")
    }


def spread(n: int, most: int) -> np.ndarray:
    """Return the indices of at most `most` of n, evenly spread over them."""
    count = min(n, most)
    return np.arange(count) * n // count


def _numbers(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
