"""Labels on the prior: whose labels it sees, and where it puts the classes."""

from dataclasses import replace
from typing import Any

import jax
import numpy as np
import pytest

from aae_jax.algorithms.labeled_prior import LabeledPrior
from aae_jax.algorithms.recipes import with_data
from aae_jax.algorithms.sampling import encode
from aae_jax.core.mixture import Mixture
from aae_jax.core.optimizers import Adam
from aae_jax.core.parts import Part
from aae_jax.core.swiss_roll import SwissRoll
from aae_jax.data import Dataset, DatasetSplits, pixels
from aae_jax.engine.trainer import make_trainer
from aae_jax.errors import ConfigError
from tests.support.configs import bare, everything_on, quick_state
from tests.support.marks import EXHAUSTIVE
from tests.support.trees import assert_equal


def params_after(config: LabeledPrior, splits: DatasetSplits) -> Any:
    """Return the parameters at the end of a run."""
    trainer = make_trainer(config, [0], splits)
    *_, last = trainer.epochs(trainer.initial_state(), 0)
    return jax.device_get(last[0].state.params)


def shuffled(some: Dataset, kept: np.ndarray) -> Dataset:
    """Return a set with other labels, but for the `kept` ones."""
    labels = np.random.default_rng(1).permutation(some.labels)
    labels[kept] = some.labels[kept]
    return Dataset(some.images, labels)


@pytest.mark.slow
def test_no_other_label_than_the_drawn_ones_decides_a_bit(
    splits: DatasetSplits,
) -> None:
    config = everything_on(LabeledPrior)
    drawn = config.labeled_indices(splits.train.labels)
    none = np.zeros(0, int)

    class Told(LabeledPrior):
        def labeled_indices(self, labels: np.ndarray) -> np.ndarray:
            return drawn

    told = Told(**vars(config))
    held_out = {
        "validation": shuffled(splits.validation, none),
        "test": shuffled(splits.test, none),
    }
    others = replace(splits, train=shuffled(splits.train, drawn), **held_out)
    expected = params_after(config, splits)
    assert_equal(params_after(told, others), expected)
    wrong = replace(splits, train=shuffled(splits.train, none))
    with pytest.raises(AssertionError):
        assert_equal(params_after(told, wrong), expected)


def test_where_only_some_labels_are_known_they_are_its_labels(
    splits: DatasetSplits,
) -> None:
    labels = splits.train.labels.copy()
    labels[20:] = -1
    some = replace(splits, train=Dataset(splits.train.images, labels))
    config = with_data(bare(LabeledPrior), some)
    assert config.num_labels == 20
    np.testing.assert_array_equal(config.extra(some).labels, labels[:20])

    none = replace(splits, train=Dataset(splits.train.images, np.full_like(labels, -1)))
    with pytest.raises(ConfigError, match="labeled_prior needs the labels of some"):
        with_data(bare(LabeledPrior), none)


@pytest.mark.slow
def test_unknown_labels_are_left_out_of_the_share_that_is_logged(
    splits: DatasetSplits,
) -> None:
    config = bare(LabeledPrior)
    params, images = quick_state(config).params, splits.validation.images
    own = config.prior.nearest(config.encode(params, pixels(images)))
    half = np.arange(len(images)) % 2 == 0
    found = config.validate(params, images, np.where(half, own, -1))
    assert found["nearest_is_label"] == 1
    found = config.validate(params, images, np.where(half, own, own + 1))
    assert found["nearest_is_label"] == pytest.approx(half.mean())


@pytest.mark.slow
@pytest.mark.parametrize(
    "prior",
    [Mixture(4), pytest.param(SwissRoll(4), marks=EXHAUSTIVE)],
    ids=lambda p: p.kind,
)
def test_classes_come_to_lie_in_their_components(
    splits: DatasetSplits, prior: Part
) -> None:
    rng = np.random.default_rng(0)
    centers = rng.integers(0, 256, (4, 6, 5, 1))

    def near_centers(n: int) -> Dataset:
        labels = np.arange(n, dtype=np.int32) % 4
        noise = rng.normal(0, 10, (n, 6, 5, 1))
        images = np.clip(centers[labels] + noise, 0, 255).astype(np.uint8)
        return Dataset(images, labels)

    few = replace(splits, train=near_centers(43), validation=near_centers(40))
    adams = ("reconstruction", "discriminator", "generator")
    config = bare(
        LabeledPrior,
        prior=prior,
        num_labels=40,
        activation="leaky_relu",
        standardizes=True,
        hidden_dim=32,
        weight_init="lecun_normal",
        epochs=150,
        **{name: Adam(lr=2e-3, beta1=0.5) for name in adams},
    )
    z = encode(
        config, params_after(config, few), few.validation.images / np.float32(255)
    )
    share = np.mean(config.prior.nearest(z) == few.validation.labels)
    assert share > 0.9
