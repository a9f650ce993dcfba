"""Dimensionality reduction: codes of few dimensions in which classes lie apart.

Makhzani et al. 2015, section 7. A code is the head of its class and a style around it
(`cluster_heads`); which class is which is learned from few labels (`few_labels`). Codes
of two dimensions are a map of the data.
"""

from dataclasses import dataclass
from typing import ClassVar

from aae_jax.algorithms.cluster_heads import ClusterHeads
from aae_jax.algorithms.few_labels import FewLabels


@dataclass(frozen=True)
class Reduction(ClusterHeads, FewLabels):
    """The dimensionality-reducing autoencoder (Makhzani et al. 2015, section 7)."""

    kind: ClassVar[str] = "reduction"
