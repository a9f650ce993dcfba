"""The semi-supervised one: whose labels it sees, and what it reads."""

from dataclasses import replace
from typing import Any

import jax
import numpy as np
import pytest

from aae_jax.algorithms.sampling import classify
from aae_jax.algorithms.semi_supervised import SemiSupervised
from aae_jax.algorithms.supervised import Supervised
from aae_jax.core.optimizers import Adam
from aae_jax.data import Dataset, DatasetSplits
from aae_jax.engine.trainer import make_trainer
from aae_jax.errors import ConfigError
from tests.support.configs import bare, everything_on
from tests.support.trees import assert_equal


@pytest.fixture(scope="module")
def config() -> SemiSupervised:
    return everything_on(SemiSupervised, num_labels=14)


def params_after(config: SemiSupervised, splits: DatasetSplits) -> Any:
    """Return the parameters at the end of a run."""
    trainer = make_trainer(config, [0], splits)
    *_, last = trainer.epochs(trainer.initial_state(), 0)
    return jax.device_get(last[0].state.params)


@pytest.mark.slow
def test_no_other_label_than_the_drawn_ones_decides_a_bit(
    config: SemiSupervised, splits: DatasetSplits
) -> None:
    def shuffled(some: Dataset, kept: np.ndarray) -> Dataset:
        labels = np.random.default_rng(1).permutation(some.labels)
        labels[kept] = some.labels[kept]
        return Dataset(some.images, labels)

    drawn = config.labeled_indices(splits.train.labels)
    none = np.zeros(0, int)
    others = replace(
        splits,
        train=shuffled(splits.train, drawn),
        validation=shuffled(splits.validation, none),
        test=shuffled(splits.test, none),
    )
    others_extra = Dataset(others.train.images[drawn], others.train.labels[drawn])
    assert_equal(config.extra(splits), others_extra)

    class Told(SemiSupervised):
        def labeled_indices(self, labels: np.ndarray) -> np.ndarray:
            return drawn

    expected = params_after(config, splits)
    assert_equal(params_after(Told(**vars(config)), others), expected)
    wrong = replace(splits, train=shuffled(splits.train, none))
    with pytest.raises(AssertionError):
        assert_equal(params_after(Told(**vars(config)), wrong), expected)


def test_labels_are_balanced_and_decided_by_their_seed_alone(
    config: SemiSupervised, splits: DatasetSplits
) -> None:
    labels = splits.train.labels
    drawn = config.labeled_indices(labels)
    assert sorted(np.bincount(labels[drawn])) == [3, 3, 4, 4]
    assert len(set(drawn)) == 14
    assert np.array_equal(drawn, replace(config, seed=1).labeled_indices(labels))
    assert not np.array_equal(
        drawn, replace(config, label_seed=1).labeled_indices(labels)
    )
    everything = replace(config, num_labels=len(labels))
    assert np.array_equal(everything.labeled_indices(labels), np.arange(len(labels)))


def test_labels_that_are_not_there_are_refused(
    config: SemiSupervised, splits: DatasetSplits
) -> None:
    for number in (3, 44):
        with pytest.raises(ConfigError, match=r"num_labels must be at least 4, .* 43"):
            replace(config, num_labels=number)
    with pytest.raises(ConfigError, match=r"takes 11 images of class 1, but only 10"):
        replace(config, num_labels=42).labeled_indices(
            np.repeat([0, 1, 2, 3], [12, 10, 11, 10])
        )


def test_unknown_labels_are_never_drawn(config: SemiSupervised) -> None:
    labels = np.arange(43) % 4
    labels[:20] = -1
    assert config.labeled_indices(labels).min() >= 20


@pytest.mark.slow
def test_few_labels_are_enough_where_classes_are_apart(splits: DatasetSplits) -> None:
    rng = np.random.default_rng(0)
    centers = rng.integers(0, 256, (4, 6, 5, 1))

    def near_centers(n: int) -> Dataset:
        labels = np.arange(n, dtype=np.int32) % 4
        noise = rng.normal(0, 20, (n, 6, 5, 1))
        images = np.clip(centers[labels] + noise, 0, 255).astype(np.uint8)
        return Dataset(images, labels)

    few = replace(splits, train=near_centers(43), validation=near_centers(12))
    config = bare(
        SemiSupervised,
        num_labels=4,
        weight_init="lecun_normal",
        epochs=40,
        **{name: Adam(lr=3e-3) for name in ("reconstruction", "classification")},
    )
    params = params_after(config, few)
    read = classify(config, params, few.validation.images / np.float32(255))
    assert np.mean(read.argmax(axis=1) == few.validation.labels) > 0.9


def test_an_algorithm_without_a_class_head_reads_none(tutorial: Supervised) -> None:
    with pytest.raises(ConfigError, match="supervised reads no classes: train one"):
        classify(tutorial, {}, np.zeros((1, 6, 5, 1), np.float32))
