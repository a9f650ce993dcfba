"""Content: is what was asked for what an independent reader reads?"""

import numpy as np


def content_accuracy(read: np.ndarray, asked: np.ndarray) -> float:
    """Return the share of images whose content was read [N] as asked [N]."""
    return float(np.mean(read == asked))


def confusion(read: np.ndarray, asked: np.ndarray, num_classes: int) -> np.ndarray:
    """Count the images of each asked content (row) read as each content: [K, K].

    What was read as nothing, -1, is not counted.
    """
    counts = np.zeros((num_classes, num_classes), np.int64)
    known = read >= 0
    np.add.at(counts, (asked[known], read[known]), 1)
    return counts


def balanced_labels(n: int, num_classes: int) -> np.ndarray:
    """Return n labels, as many of each class as can be: [n] int32."""
    return np.arange(n, dtype=np.int32) % num_classes


def other_labels(
    labels: np.ndarray, num_classes: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw for each label [N] another one, all others alike: [N] int32."""
    shifts = rng.integers(1, num_classes, len(labels))
    return shifted_labels(labels, shifts, num_classes)


def shifted_labels(
    labels: np.ndarray, shift: int | np.ndarray, num_classes: int
) -> np.ndarray:
    """Return (labels + shift) mod K: [N] int32."""
    return ((labels + shift) % num_classes).astype(np.int32)
