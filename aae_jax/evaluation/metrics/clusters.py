"""How well clusters that nobody named are classes."""

import numpy as np
from scipy.special import logsumexp


def classes_of_clusters(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the class of each cluster, given cluster logits [N, C], labels [N]: [C].

    A cluster is of the class of the one image that belongs to it with the largest
    probability (Makhzani et al. 2015, section 6).
    """
    # Log odds are ordered as probabilities are, also where those round to 1.
    surest = [
        np.argmax(logits[:, i] - logsumexp(np.delete(logits, i, axis=1), axis=1))
        for i in range(logits.shape[1])
    ]
    return labels[surest]


def cluster_error(logits: np.ndarray, labels: np.ndarray, classes: np.ndarray) -> float:
    """Return the share of images whose likeliest cluster is of another class.

    Args:
      logits: Of clusters: [N, C].
      labels: True classes [N].
      classes: Of the clusters: [C], from other images than these.
    """
    return float(np.mean(classes[logits.argmax(axis=1)] != labels))
