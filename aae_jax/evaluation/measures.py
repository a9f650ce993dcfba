"""All metrics of one model on one split."""

from dataclasses import asdict
from typing import Any, Literal

import numpy as np

from aae_jax.data import DatasetSplits
from aae_jax.evaluation.catalog import Measure
from aae_jax.evaluation.classifier import Classifier
from aae_jax.evaluation.codes import measure_leakage, measure_posterior
from aae_jax.evaluation.components import measure_components
from aae_jax.evaluation.hues import measure_hues
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
from aae_jax.evaluation.unlabeled import measure_unlabeled


def evaluate_model(
    model: Model,
    splits: DatasetSplits,
    split: Literal["validation", "test"],
    classifier: Classifier | None,
) -> dict[str, Any]:
    """Measure a model on a split: every metric, with its floor and ceiling.

    Deterministic. The judge and the probes know the train split alone.

    Args:
      model: What is measured.
      splits: The data that it was trained on.
      split: The images to measure on.
      classifier: The judge, fitted on the train split of this data; None where no label
        is known.

    Returns:
      A JSON-able dictionary: `metrics[group][name]` as `catalog.METRICS` names them,
      each {value, floor, ceiling, reason}; `classifier_accuracy` on the split's real
      images; `num_images`; `confusion` [K][K], asked (row) against read, of
      painted random styles (both None without a judge); of a model that reads classes,
      `classes_read` [K][K], true (row) against read, of the split's images; `codes`,
      mean and std of each dimension over the scale.
    """
    material = material_of(model, classifier, splits, split)
    mean, std = moments(material.z / model.scale)
    return {
        "classifier_accuracy": material.real.accuracy if classifier else None,
        "num_images": len(material.held_out.labels),
        "metrics": {
            group: {name: asdict(found) for name, found in measures.items()}
            for group, measures in measure_all(material, splits.name).items()
        },
        "confusion": contents_read(material) if classifier else None,
        **classes_read(material),
        "codes": {"mean": _numbers(mean), "std": _numbers(std)},
    }


def measure_all(material: Material, dataset: str) -> dict[str, dict[str, Measure]]:
    """Return every group of metrics; `dataset` says what can be seen in it."""
    if material.classifier is None:
        return measure_unlabeled(material)
    classes = measure_classes(material)
    components = measure_components(material)
    hues = measure_hues(dataset, material)
    return {
        **({"classification": classes} if classes else {}),
        **({"components": components} if components else {}),
        "content": measure_content(material),
        "leakage": measure_leakage(material),
        "style": measure_style(dataset, material),
        **({"hues": hues} if hues else {}),
        "posterior": measure_posterior(material),
        "frechet": measure_frechet(material),
        "reconstruction": measure_error(material),
        "diversity": measure_diversity(material),
    }


def contents_read(material: Material) -> list[list[int]]:
    """Return how often each content that was asked for is read as each: [K][K]."""
    asked, read = material.samples.asked, material.samples.reading.predictions
    return confusion(read, asked, material.num_classes).tolist()


def classes_read(material: Material) -> dict[str, Any]:
    """Return how often each true class is read as each, by a model that reads any."""
    if material.classes is None:
        return {}
    labels, K = material.held_out.labels, material.num_classes
    return {"classes_read": confusion(material.classes, labels, K).tolist()}


def _numbers(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
