"""All metrics of one model on one split."""

from dataclasses import asdict
from typing import Any, Literal

import numpy as np

from aae_jax.data import DatasetSplits
from aae_jax.evaluation.catalog import Measure
from aae_jax.evaluation.classifier import Classifier
from aae_jax.evaluation.codes import measure_leakage, measure_posterior
from aae_jax.evaluation.components import measure_components
from aae_jax.evaluation.images import (
    measure_classes,
    measure_content,
    measure_diversity,
    measure_error,
    measure_frechet,
)
from aae_jax.evaluation.material import Material, material_of
from aae_jax.evaluation.metrics.content import confusion
from aae_jax.evaluation.metrics.posterior import moments
from aae_jax.evaluation.model import Model
from aae_jax.evaluation.style import measure_style


def evaluate_model(
    model: Model,
    splits: DatasetSplits,
    split: Literal["validation", "test"],
    classifier: Classifier,
) -> dict[str, Any]:
    """Measure a model on a split: every metric, with its floor and ceiling.

    Deterministic. The judge and the probes know the train split alone.

    Args:
      model: What is measured.
      splits: The data that it was trained on.
      split: The images to measure on.
      classifier: The judge, fitted on the train split of this data.

    Returns:
      A JSON-able dictionary: `metrics[group][name]` as `catalog.METRICS` names them,
      each {value, floor, ceiling, reason}; `classifier_accuracy` on the split's real
      images; `num_images`; `confusion` [K][K], asked (row) against read, of
      painted random styles; of a model that reads classes, `classes_read` [K][K], true
      (row) against read, of the split's images; `codes`, mean and std of each
      dimension over the scale.
    """
    material = material_of(model, classifier, splits, split)
    asked, read = material.samples.asked, material.samples.reading.predictions
    mean, std = moments(material.z / model.scale)
    return {
        "classifier_accuracy": material.real.accuracy,
        "num_images": len(material.held_out.labels),
        "metrics": {
            group: {name: asdict(found) for name, found in measures.items()}
            for group, measures in measure_all(material, splits.name).items()
        },
        "confusion": confusion(read, asked, splits.num_classes).tolist(),
        **classes_read(material),
        "codes": {"mean": _numbers(mean), "std": _numbers(std)},
    }


def measure_all(material: Material, dataset: str) -> dict[str, dict[str, Measure]]:
    """Return every group of metrics; `dataset` says whether it is handwriting."""
    own: dict[str, dict[str, Measure]] = {}
    if classes := measure_classes(material):
        own["classification"] = classes
    if material.model.components is not None:
        own["components"] = measure_components(material)
    return {
        **own,
        "content": measure_content(material),
        "leakage": measure_leakage(material),
        "style": measure_style(dataset, material),
        "posterior": measure_posterior(material),
        "frechet": measure_frechet(material),
        "reconstruction": measure_error(material),
        "diversity": measure_diversity(material),
    }


def classes_read(material: Material) -> dict[str, Any]:
    """Return how often each true class is read as each, by a model that reads any."""
    if material.classes is None:
        return {}
    labels, K = material.held_out.labels, material.num_classes
    return {"classes_read": confusion(material.classes, labels, K).tolist()}


def _numbers(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
