"""What the paper's tables report of a trained model, measured on the test split."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from aae_jax.core.abilities import ChoosesLabels
from aae_jax.core.config import Config
from aae_jax.data import DatasetSplits, pixels
from aae_jax.evaluation.batches import in_batches
from aae_jax.evaluation.classifier import scaled
from aae_jax.evaluation.metrics.clusters import classes_of_clusters, cluster_error
from aae_jax.evaluation.metrics.content import balanced_labels, confusion
from aae_jax.evaluation.metrics.parzen import parzen_likelihood
from aae_jax.evaluation.model import Model, decode_all, encode_all, model_of
from experiments.paper.labels_alone import error_of_labels_alone

NUM_SAMPLES, SEED = 10_000, 0

Found = dict[str, Any]
"""What was measured: the `score` of the table, and what stands beside it."""


class Score(NamedTuple):
    """What a table reports.

    Attributes:
      title: Of its column.
      measure: (config, params, splits) -> what was found.
      factor: What it is multiplied by to be shown.
      digits: Decimals to show.
      good: Which side of a goal is the good one.
    """

    title: str
    measure: Callable[[Config, Any, DatasetSplits], Found]
    factor: float = 100.0
    digits: int = 2
    good: str = "<="

    def meets(self, value: float, goal: float) -> bool:
        """Return whether a value as it is shown, rounded, reaches the goal."""
        shown = round(value, self.digits)
        return shown <= goal if self.good == "<=" else shown >= goal


def class_logits(model: Model, images: np.ndarray) -> np.ndarray:
    """Return what a model reads of uint8 images [N, H, W, C]: logits [N, K]."""
    classify = model.classify
    assert classify is not None
    return in_batches(lambda batch: classify(scaled(batch)), images)


def measure_error(config: Config, params: Any, splits: DatasetSplits) -> Found:
    """Share of images read as another class, beside that of the labels alone."""
    test, K = splits.test, splits.num_classes
    read = class_logits(model_of(config, params), test.images).argmax(axis=1)
    return {
        "score": float(np.mean(read != test.labels)),
        "classes_read": confusion(read, test.labels, K).tolist(),
        "labels_alone": error_of_labels_alone(config, splits),
    }


def measure_error_of_few(config: Config, params: Any, splits: DatasetSplits) -> Found:
    """`measure_error`, and the share that a logistic regression reads wrong."""
    assert isinstance(config, ChoosesLabels)
    labeled = config.labeled_indices(splits.train.labels)
    x, y = pixels(splits.train.images[labeled]), splits.train.labels[labeled]
    fitted = LogisticRegression(max_iter=5000).fit(x.reshape(len(x), -1), y)
    test = pixels(splits.test.images)
    right = fitted.score(test.reshape(len(test), -1), splits.test.labels)
    found = measure_error(config, params, splits)
    return {**found, "logistic_regression": 1 - float(right)}


def measure_clusters(config: Config, params: Any, splits: DatasetSplits) -> Found:
    """Share of images in clusters that the validation split names another class."""
    model, named, test = model_of(config, params), splits.validation, splits.test
    classes = classes_of_clusters(class_logits(model, named.images), named.labels)
    error = cluster_error(class_logits(model, test.images), test.labels, classes)
    return {"score": error, "classes_of_clusters": classes.tolist()}


def measure_components(config: Config, params: Any, splits: DatasetSplits) -> Found:
    """Share of codes whose nearest component of the prior is that of their label."""
    z = encode_all(model_of(config, params), splits.test.images)
    prior: Any = config.prior  # type: ignore[attr-defined]
    return {"score": float(np.mean(np.asarray(prior.nearest(z)) == splits.test.labels))}


def measure_likelihood(config: Config, params: Any, splits: DatasetSplits) -> Found:
    """Parzen window log-likelihood in nats, with its error and the window's width."""
    model = model_of(config, params)
    assert model.sample is not None
    z = model.scale * model.sample(np.random.default_rng(SEED), NUM_SAMPLES)
    labels = balanced_labels(NUM_SAMPLES, splits.num_classes)
    samples = decode_all(model, z.astype(np.float32), labels)
    validation, test = pixels(splits.validation.images), pixels(splits.test.images)
    found = parzen_likelihood(samples, validation, test)
    error, width = found.standard_error, found.width
    return {"score": found.mean, "standard_error": error, "width": width}


ERROR = Score("test error, %", measure_error)
ERROR_OF_FEW = Score("test error, %", measure_error_of_few)
CLUSTER_ERROR = Score("test error, %", measure_clusters)
COMPONENTS = Score("nearest component is the label's, %", measure_components, good=">=")
LIKELIHOOD = Score("nats", measure_likelihood, factor=1.0, digits=1, good=">=")
