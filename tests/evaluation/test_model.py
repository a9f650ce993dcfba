"""What evaluation sees of a model: its own encoder and decoder, and what it can do."""

import numpy as np
import pytest

from aae_jax.core.abilities import DecodesLabels, HasPrior
from aae_jax.core.config import Config
from aae_jax.core.painting import paint
from aae_jax.core.priors import Gaussian
from aae_jax.data import DatasetSplits, pixels
from aae_jax.evaluation.model import (
    Model,
    decode_all,
    encode_all,
    gaussian,
    model_of,
    restyle,
)
from tests.support.configs import quick_state


@pytest.fixture
def params(algorithm: Config) -> dict:
    return quick_state(algorithm).params


@pytest.fixture
def model(algorithm: Config, params: dict) -> Model:
    return model_of(algorithm, params)


@pytest.mark.slow
def test_a_run_is_measured_by_its_own_encoder_and_decoder(
    algorithm: Config, params: dict, model: Model, splits: DatasetSplits
) -> None:
    images, labels = splits.test
    z = encode_all(model, images)
    expected = algorithm.encode(params, pixels(images))
    np.testing.assert_allclose(z, expected, rtol=1e-5, atol=1e-6)
    painted = decode_all(model, z, labels)
    assert painted.shape == images.shape
    np.testing.assert_allclose(painted, paint(algorithm, params, z, labels), rtol=1e-5)
    assert (model.code_dim, model.scale) == (algorithm.code_dim, algorithm.scale)


def test_styles_are_sampled_where_there_is_a_prior(
    algorithm: Config, model: Model
) -> None:
    assert (model.sample is not None) == isinstance(algorithm, HasPrior)
    assert (model.components is not None) == (algorithm.kind == "labeled_prior")
    if model.sample is not None and isinstance(algorithm.prior, Gaussian):
        drawn = model.sample(np.random.default_rng(1), 7)
        expected = np.random.default_rng(1).standard_normal((7, algorithm.code_dim))
        np.testing.assert_array_equal(drawn, expected)


def test_contents_are_painted_where_the_decoder_is_told(
    algorithm: Config, model: Model, splits: DatasetSplits
) -> None:
    images = restyle(model, pixels(splits.test.images[:3]), splits.num_classes)
    assert images.shape == (3, 4, *splits.image_shape)
    differ = np.ptp(images, axis=1).max() > 1e-4
    assert differ == isinstance(algorithm, DecodesLabels)


def test_images_of_another_shape_are_refused(model: Model) -> None:
    with pytest.raises(ValueError, match="must have shape"):
        encode_all(model, np.zeros((2, 6, 5), np.float32))


@pytest.mark.parametrize("flaw", [np.inf, -np.inf, np.nan, 1e20])
def test_what_cannot_be_measured_is_nan(flaw: float) -> None:
    def broken(*arrays: np.ndarray) -> np.ndarray:
        return np.array([[flaw, 1.0]] * len(arrays[0]), np.float32)

    model = Model(broken, broken, 2, 1.0, gaussian(2))
    z = encode_all(model, np.zeros((3, 6, 5, 1), np.uint8))
    np.testing.assert_array_equal(z, [[np.nan, 1]] * 3)
    np.testing.assert_array_equal(decode_all(model, z, np.zeros(3, np.int32)), z)
