"""What the labels alone would do: the same encoder, trained on no other images."""

from typing import Any, ClassVar

import jax
import numpy as np

from aae_jax.algorithms.consistency import Consistency
from aae_jax.algorithms.recipes import alike
from aae_jax.algorithms.semi_supervised import SemiSupervised
from aae_jax.core.config import Config
from aae_jax.core.networks import Network
from aae_jax.core.phases import Phase, Tree
from aae_jax.data import DatasetSplits, pixels
from aae_jax.engine.trainer import make_trainer
from aae_jax.evaluation.model import classes_of, model_of


class LabelsAlone(SemiSupervised):
    """The encoder of the semi-supervised one, with one phase: cross-entropy."""

    kind: ClassVar[str] = "labels_alone"

    def networks(self) -> dict[str, Network]:
        """Return the encoder."""
        return {"encoder": super().networks()["encoder"]}

    def phases(self) -> tuple[Phase, ...]:
        """Return the classification phase."""
        return tuple(p for p in super().phases() if p.name == "classification")

    def validate(
        self, params: Tree, images: jax.Array, labels: jax.Array
    ) -> dict[str, Any]:
        """Return the share of validation images that is read as another class."""
        read = self.classify(params, pixels(images)).argmax(axis=-1)
        return {"classification_error": (read != labels).mean()}


def error_of_labels_alone(config: Config, splits: DatasetSplits) -> float:
    """Return the share of test images read wrong after as many steps on labels alone.

    The labels, the noise, the rates and the steps are those of the config; what is
    left out is all that needs other images, and the consistency.
    """
    alone = alike(LabelsAlone, config, consistency=Consistency())
    trainer = make_trainer(alone, (alone.seed,), splits)
    for (result,) in trainer.epochs(trainer.initial_state(), 0):
        params = result.state.params
    read = classes_of(model_of(alone, params), splits.test.images, splits.validation)
    return float(np.mean(read != splits.test.labels))
