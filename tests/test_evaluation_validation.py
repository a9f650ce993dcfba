"""What an epoch is watched by, against NumPy."""

import numpy as np
import numpy_reference as reference
import pytest
from trees import arrays

from aae_jax.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.evaluation import validate
from aae_jax.state import TrainState


def test_validate_is_the_reconstruction_error_and_the_codes_moments(
    tiny: Config, state: TrainState, splits: DatasetSplits
) -> None:
    encoder, decoder = arrays(state.params.encoder), arrays(state.params.decoder)
    images, labels = splits.validation
    pixels = images.reshape(len(images), -1) / 255.0
    slope = {"relu": 0.0, "leaky_relu": 0.1}[tiny.activation]
    z, _ = reference.forward(slope, encoder, pixels)
    style = z / tiny.prior_std if tiny.decoder_standardizes else z
    logits, _ = reference.forward(slope, decoder, np.hstack([np.eye(4)[labels], style]))
    error = np.mean((pixels - reference.sigmoid(logits)) ** 2)
    actual = validate(tiny, state.params, images, labels)
    assert actual.error == pytest.approx(error, rel=1e-5)
    np.testing.assert_allclose(actual.code_mean, z.mean(axis=0), rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(actual.code_std, z.std(axis=0), rtol=1e-4)
