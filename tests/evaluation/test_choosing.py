"""Which examples are looked at, and how they pass through in batches."""

import numpy as np
import pytest

from aae_jax.evaluation.batches import in_batches
from aae_jax.evaluation.metrics.choosing import across_classes, evenly


@pytest.mark.parametrize("n", [1, 3, 4, 5, 8, 9])
def test_batches_come_back_whole_and_in_order(n: int) -> None:
    sizes = []

    def double(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        sizes.append(len(x))
        return 2 * x + y

    x = np.arange(n)
    np.testing.assert_array_equal(in_batches(double, x, x, size=4), 3 * x)
    assert set(sizes) == {min(4, n)}


def test_the_chosen_are_spread_evenly() -> None:
    np.testing.assert_array_equal(evenly(10, 4), [0, 2, 5, 7])
    np.testing.assert_array_equal(evenly(3, 4), [0, 1, 2])


def test_examples_of_sorted_labels_are_of_as_many_classes_as_can_be() -> None:
    labels = np.repeat(np.arange(10), 100)
    np.testing.assert_array_equal(labels[across_classes(labels, 6)], [0, 1, 3, 5, 6, 8])
    few = np.repeat([0, 1, 2, 3], [100, 100, 1, 100])
    np.testing.assert_array_equal(across_classes(few, 6), [0, 100, 200, 201, 1, 101])


def test_the_first_of_each_class_is_chosen_in_any_order() -> None:
    labels = np.array([2, 2, 0, 1, 0])
    np.testing.assert_array_equal(across_classes(labels, 3), [2, 3, 0])
    np.testing.assert_array_equal(across_classes(labels, 9), [2, 3, 0, 4, 1])
    np.testing.assert_array_equal(across_classes(labels[:1], 3), [0])
