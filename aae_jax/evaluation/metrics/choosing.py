"""Some of many, chosen by nothing but their number and labels: the same every time."""

import numpy as np


def evenly(n: int, most: int) -> np.ndarray:
    """Return the indices of at most `most` of n, evenly spread over them."""
    count = min(n, most)
    return np.arange(count) * n // count


def across_classes(labels: np.ndarray, most: int) -> np.ndarray:
    """Return the indices of at most `most` examples of as many classes as can be.

    The first example of each class, or of classes evenly spread over all where those
    are more than `most`; where they are fewer, also the second of each, and so on.
    """
    by_class = np.argsort(labels, kind="stable")
    ordered = labels[by_class]
    turns = np.arange(len(labels)) - np.searchsorted(ordered, ordered)
    in_turn = by_class[np.argsort(turns, kind="stable")]
    firsts = in_turn[: max(most, np.count_nonzero(turns == 0))]
    return firsts[evenly(len(firsts), most)]
