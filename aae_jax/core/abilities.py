"""What an algorithm can do, asked of its config: never what it is called."""

from typing import Any, Protocol, runtime_checkable

import jax
import numpy as np

from aae_jax.core.components import Components
from aae_jax.core.priors import Prior


@runtime_checkable
class HasPrior(Protocol):
    """Its codes are matched to a prior, so that any sample of the prior is a style."""

    @property
    def prior(self) -> Prior:
        """The prior p(z)."""

    @property
    def code_dim(self) -> int:
        """Length of its samples."""


@runtime_checkable
class Classifies(Protocol):
    """Its encoder reads the class of an image beside its style."""

    def classify(self, params: Any, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to class logits [B, K]."""


@runtime_checkable
class FindsClusters(Protocol):
    """Its encoder reads a cluster, whose class nobody told it."""

    def cluster(self, params: Any, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to cluster logits [B, clusters]."""


@runtime_checkable
class ChoosesLabels(Protocol):
    """It learns from the labels of some training images alone."""

    def labeled_indices(self, labels: np.ndarray) -> np.ndarray:
        """Return which training images these are, given all labels [N]: [L] int."""


@runtime_checkable
class DecodesLabels(Protocol):
    """Its decoder is told the label, so that any content can be painted in a style."""

    @property
    def num_classes(self) -> int:
        """Number K of contents."""

    def decode_labels(self, params: Any, z: jax.Array, labels: jax.Array) -> jax.Array:
        """Map codes z [B, Z] and one-hot labels [B, K] to pixel logits [B, H, W, C]."""


def components_of(config: Any) -> Components | None:
    """Return the prior of a config if it is made of components, or else None."""
    prior = config.prior if isinstance(config, HasPrior) else None
    return prior if isinstance(prior, Components) else None
