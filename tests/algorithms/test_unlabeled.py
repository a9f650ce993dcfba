"""Data of which labels are not known: who trains on it, and who refuses in words."""

from dataclasses import replace

import numpy as np
import pytest

from aae_jax.algorithms.recipes import RECIPES, SMALL_RECIPES, config_for
from aae_jax.algorithms.semi_supervised import SemiSupervised
from aae_jax.algorithms.unsupervised import Unsupervised
from aae_jax.data import Dataset, DatasetSplits
from aae_jax.errors import ConfigError
from tests.support.configs import bare


def unknown(part: Dataset, share: float) -> Dataset:
    """Return the images with the first share of the labels unknown."""
    labels = part.labels.copy()
    labels[: round(share * len(labels))] = -1
    return Dataset(part.images, labels)


def knowing(splits: DatasetSplits, share: float) -> DatasetSplits:
    parts = {"train": splits.train, "validation": splits.validation}
    changed = {name: unknown(part, 1 - share) for name, part in parts.items()}
    return replace(splits, **changed)


@pytest.fixture
def many(splits: DatasetSplits) -> DatasetSplits:
    """As many training images as a batch needs."""
    train = Dataset(*(np.concatenate([part] * 6) for part in splits.train))
    return replace(splits, train=train)


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("share", [0.0, 0.7])
def test_a_recipe_takes_what_it_needs_or_says_what_is_missing(
    name: str, share: float, many: DatasetSplits
) -> None:
    data, needed = knowing(many, share), SMALL_RECIPES[name].needs_labels
    if needed == "none" or (needed == "some" and share):
        assert config_for(name, data).num_train == len(many.train.labels)
        return
    problem = f"needs the labels of {needed} images, but {data.num_unlabeled} images"
    with pytest.raises(ConfigError, match=f"{problem}.*choose a recipe"):
        config_for(name, data)


def test_an_unknown_label_of_validation_is_missing_too(many: DatasetSplits) -> None:
    data = replace(many, validation=unknown(many.validation, 0.1))
    with pytest.raises(ConfigError, match="1 images of"):
        config_for("default", data)


def test_few_labels_are_all_that_are_known(many: DatasetSplits) -> None:
    data = knowing(many, 0.7)
    config = config_for("semi_supervised", data)
    assert isinstance(config, SemiSupervised)
    labeled = config.extra(data)
    assert config.num_labels == len(labeled.labels)
    np.testing.assert_array_equal(labeled.labels, data.train.labeled().labels)
    np.testing.assert_array_equal(labeled.images, data.train.labeled().images)
    assert config_for("semi_supervised", many).data_fields(many).keys() == {
        "image_shape",
        "num_classes",
        "num_train",
    }


def test_an_unknown_label_is_no_class(splits: DatasetSplits) -> None:
    data, indices = unknown(splits.train, 0.5), np.array([0, 42])
    batch = bare(Unsupervised).batch(data, indices, ())
    assert batch.labels.sum(axis=1).tolist() == [0, 1]
