"""Dimensionality reduction without labels: the classes are clusters that it finds.

Makhzani et al. 2015, section 7. A code is the head of its cluster and a style around it
(`cluster_heads`), and clusters are found as in section 6 (`no_labels`).
"""

from dataclasses import dataclass
from typing import ClassVar

from aae_jax.algorithms.cluster_heads import ClusterHeads
from aae_jax.algorithms.no_labels import NoLabels
from aae_jax.core.parts import Several


@dataclass(frozen=True)
class ReductionClusters(ClusterHeads, NoLabels):
    """The dimensionality reduction without labels (Makhzani et al. 2015, section 7)."""

    kind: ClassVar[str] = "reduction_clusters"

    num_clusters: Several = 20
    """Number K of clusters."""

    @property
    def num_contents(self) -> int:
        """Number K of clusters."""
        return self.num_clusters
