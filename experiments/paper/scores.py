"""What the paper's tables report of a trained model, measured on the test split."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from sklearn.linear_model import LogisticRegression

from aae_jax.core.abilities import ChoosesLabels, components_of
from aae_jax.core.config import Config
from aae_jax.data import DatasetSplits, pixels
from aae_jax.evaluation.metrics.content import balanced_labels, confusion
from aae_jax.evaluation.metrics.parzen import parzen_likelihood
from aae_jax.evaluation.model import classes_of, decode_all, encode_all, model_of
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


def read_of(config: Config, params: Any, splits: DatasetSplits) -> np.ndarray:
    """Return the classes that are read of the test images: [N] int.

    The validation images name clusters.
    """
    model = model_of(config, params)
    read = classes_of(model, splits.test.images, splits.validation)
    assert read is not None
    return read


def measure_error(config: Config, params: Any, splits: DatasetSplits) -> Found:
    """Share of images read as another class; clusters are named first."""
    labels, read = splits.test.labels, read_of(config, params, splits)
    return {
        "score": float(np.mean(read != labels)),
        "classes_read": confusion(read, labels, splits.num_classes).tolist(),
    }


def measure_few_labels(config: Config, params: Any, splits: DatasetSplits) -> Found:
    """The error, and that of the same encoder trained on the labeled images alone."""
    alone = error_of_labels_alone(config, splits)
    return {**measure_error(config, params, splits), "labels_alone": alone}


def measure_few_digits(config: Config, params: Any, splits: DatasetSplits) -> Found:
    """The same, and the error of a logistic regression on the labeled images."""
    assert isinstance(config, ChoosesLabels)
    labeled = config.labeled_indices(splits.train.labels)
    x, y = pixels(splits.train.images[labeled]), splits.train.labels[labeled]
    fitted = LogisticRegression(max_iter=5000).fit(x.reshape(len(x), -1), y)
    test = pixels(splits.test.images)
    right = fitted.score(test.reshape(len(test), -1), splits.test.labels)
    found = measure_few_labels(config, params, splits)
    return {**found, "logistic_regression": 1 - float(right)}


def measure_components(config: Config, params: Any, splits: DatasetSplits) -> Found:
    """Share of codes whose nearest component of the prior is that of their label."""
    prior = components_of(config)
    assert prior is not None
    z = jnp.asarray(encode_all(model_of(config, params), splits.test.images))
    return {"score": float(np.mean(prior.nearest(z) == splits.test.labels))}


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
FEW_LABELS = Score("test error, %", measure_few_labels)
FEW_DIGITS = Score("test error, %", measure_few_digits)
COMPONENTS = Score("nearest component is the label's, %", measure_components, good=">=")
LIKELIHOOD = Score("nats", measure_likelihood, factor=1.0, digits=1, good=">=")
