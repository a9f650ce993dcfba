"""Clusters named by the images that belong to them most."""

import numpy as np

from aae_jax.evaluation.metrics.clusters import classes_of_clusters, cluster_error


def test_a_cluster_is_of_the_class_of_its_surest_image() -> None:
    shares = np.array([[0.6, 0.4], [0.9, 0.1], [0.3, 0.7], [0.45, 0.55]])
    classes = classes_of_clusters(np.log(shares), np.array([5, 3, 8, 3]))
    np.testing.assert_array_equal(classes, [3, 8])


def test_sureness_is_of_probabilities_and_not_of_logits() -> None:
    # The first image has the larger logit of cluster 0, but is shared evenly.
    logits = np.array([[9.0, 9.0], [2.0, -2.0]])
    assert classes_of_clusters(logits, np.array([1, 4]))[0] == 4


def test_probabilities_that_round_to_one_are_still_told_apart() -> None:
    logits = np.array([[60.0, 0.0], [90.0, 0.0], [0.0, 1.0]])
    assert classes_of_clusters(logits, np.array([1, 2, 3]))[0] == 2


def test_the_error_counts_images_in_clusters_of_other_classes() -> None:
    logits = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]])
    classes = np.array([7, 7, 2])
    assert cluster_error(logits, np.array([7, 7, 2, 7]), classes) == 0.25
