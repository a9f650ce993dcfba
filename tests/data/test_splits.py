import numpy as np
import pytest

from aae_jax.data import Dataset, load_dataset
from aae_jax.data.splits import digest, hold_out_first, stratify


def numbered(labels):
    """A dataset whose images carry their own number."""
    labels = np.asarray(labels, np.int32)
    images = np.zeros((len(labels), 2, 2, 1), np.uint8)
    images[:, 0, 0, 0], images[:, 0, 1, 0] = np.divmod(np.arange(len(labels)), 256)
    return Dataset(images, labels)


def numbers(dataset):
    return (
        dataset.images[:, 0, 0, 0].astype(int) * 256 + dataset.images[:, 0, 1, 0]
    ).tolist()


LABELINGS = {
    "sorted": np.repeat([0, 1, 2], [10, 11, 47]),
    "alternating": np.arange(300) % 7,
    "random": np.random.default_rng(1).integers(0, 5, 401),
    "unequal": np.random.default_rng(2).permutation(np.repeat([0, 1], [10, 990])),
}


@pytest.mark.parametrize("labels", LABELINGS.values(), ids=LABELINGS.keys())
def test_stratified_splits_are_disjoint_cover_all_and_keep_pairs(labels):
    dataset = numbered(labels)
    parts = stratify(dataset)
    together = [number for part in parts for number in numbers(part)]
    assert sorted(together) == list(range(len(labels)))
    for part in parts:
        assert numbers(part) == sorted(numbers(part))
        np.testing.assert_array_equal(part.labels, dataset.labels[numbers(part)])


@pytest.mark.parametrize("labels", LABELINGS.values(), ids=LABELINGS.keys())
def test_each_class_gives_its_tenth_to_validation_and_to_test(labels):
    _, validation, test = stratify(numbered(labels))
    sizes = np.bincount(labels)
    for part in (validation, test):
        counts = np.bincount(part.labels, minlength=len(sizes))
        assert counts.min() >= 1
        assert np.abs(counts - sizes / 10).max() < 1


def test_every_tenth_of_a_class_in_the_order_of_the_dataset():
    train, validation, test = stratify(numbered(np.arange(60) % 2))
    assert numbers(validation) == [0, 1, 20, 21, 40, 41]
    assert numbers(test) == [10, 11, 30, 31, 50, 51]
    assert len(train.labels) == 48


def test_equal_images_split_like_any_others():
    labels = LABELINGS["random"]
    same = Dataset(np.ones((len(labels), 2, 2, 1), np.uint8), labels.astype(np.int32))
    for part, reference in zip(stratify(same), stratify(numbered(labels)), strict=True):
        np.testing.assert_array_equal(part.labels, reference.labels)


def test_the_first_examples_are_held_out():
    rest, first = hold_out_first(numbered(np.zeros(9)), 4)
    assert numbers(first) == [0, 1, 2, 3]
    assert numbers(rest) == [4, 5, 6, 7, 8]


def test_a_digest_tells_bytes_shapes_and_types_apart():
    array = np.arange(6, dtype=np.int32)
    others = (array + 1, array.reshape(2, 3), array.astype(np.uint32))
    assert digest(array) == digest(array.copy()) == digest(np.repeat(array, 2)[::2])
    assert len({digest(other) for other in (array, *others)}) == 4


def test_digits_are_scikit_learns_scaled_and_split():
    from sklearn.datasets import load_digits

    bunch, digits = load_digits(), load_dataset("digits")
    parts = (digits.train, digits.validation, digits.test)
    assert [len(part.labels) for part in parts] == [1437, 180, 180]
    images = np.concatenate([part.images for part in parts])
    labels = np.concatenate([part.labels for part in parts])
    assert images.dtype == np.uint8
    assert labels.dtype == np.int32
    assert (images.min(), images.max()) == (0, 255)
    # 255 / 16 a step: rounding must not merge two of the 17 levels of ink.
    levels = np.rint(images / 255 * 16)
    assert sorted(map(bytes, levels.astype(np.uint8))) == sorted(
        map(bytes, bunch.images.astype(np.uint8))
    )
    np.testing.assert_array_equal(np.bincount(labels), np.bincount(bunch.target))


def test_digits_describe_themselves():
    digits = load_dataset("digits")
    assert (digits.name, digits.spec, digits.num_classes) == ("digits", "digits", 10)
    assert digits.class_names == tuple("0123456789")
    assert digits.image_shape == (8, 8, 1)
    assert "scikit-learn" in digits.source


def test_the_fingerprint_is_of_the_training_set():
    first, second = load_dataset("digits"), load_dataset("digits")
    assert first.fingerprint == second.fingerprint == digest(*first.train)
    assert first.fingerprint != digest(*first.test)
