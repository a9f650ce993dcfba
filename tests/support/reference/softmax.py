"""Softmax, and the chain rule through it."""

import numpy as np

Array = np.ndarray


def log_softmax(logits: Array) -> Array:
    """Return l - log sum e^l of each row."""
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


def softmax(logits: Array) -> Array:
    """Return e^l / sum e^l of each row."""
    return np.exp(log_softmax(logits))


def by_logits(p: Array, d_p: Array) -> Array:
    """Return the derivative by logits, given p = softmax(logits) and that by p.

    dp_i / dl_j = p_i ([i = j] - p_j).
    """
    return p * (d_p - np.sum(p * d_p, axis=1, keepdims=True))
