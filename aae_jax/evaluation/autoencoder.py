"""What is measured: two functions and a prior, whatever model they come from."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import jax
import numpy as np
from jax.typing import ArrayLike

from aae_jax import sampling
from aae_jax.config import Config
from aae_jax.evaluation.batches import in_batches
from aae_jax.evaluation.classifier import scaled
from aae_jax.state import Params

LARGEST = 1e15
"""Sums of squares of more overflow; infinite values spread less quietly than NaN."""


@dataclass(frozen=True)
class Autoencoder:
    """A trained autoencoder as the metrics see it, frozen.

    Attributes:
      encode: Maps images [B, H, W] in [0, 1] to codes z [B, Z], each by itself.
      decode: Maps codes z [B, Z] and labels [B] int to images [B, H, W] in [0, 1].
      latent_dim: Z.
      prior_std: Standard deviation sigma of the prior N(0, sigma^2 I).
    """

    encode: Callable[[jax.Array], ArrayLike]
    decode: Callable[[np.ndarray, np.ndarray], ArrayLike]
    latent_dim: int
    prior_std: float


def autoencoder_of(config: Config, params: Params) -> Autoencoder:
    """Return the autoencoder of a run, or of any parameters of a config."""
    return Autoencoder(
        encode=partial(_encode, config, params),
        decode=partial(_decode, config, params),
        latent_dim=config.latent_dim,
        prior_std=config.prior_std,
    )


def encode_all(model: Autoencoder, images: np.ndarray) -> np.ndarray:
    """Encode images [N, H, W], uint8 or float in [0, 1], batch by batch: [N, Z].

    NaN where a model that blew up gives what cannot be measured.
    """
    return _measurable(in_batches(lambda batch: model.encode(scaled(batch)), images))


def decode_all(model: Autoencoder, z: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Paint labels [N] in styles z [N, Z], batch by batch: [N, H, W] in [0, 1].

    NaN where a model that blew up gives what cannot be measured.
    """
    return _measurable(in_batches(model.decode, z, labels))


def restyle(model: Autoencoder, images: np.ndarray, num_classes: int) -> np.ndarray:
    """Paint every content in the style of each image: [N, K, H, W]."""
    z = np.repeat(encode_all(model, images), num_classes, axis=0)
    labels = np.tile(np.arange(num_classes, dtype=np.int32), len(images))
    painted = decode_all(model, z, labels)
    return painted.reshape(len(images), num_classes, *images.shape[1:])


def _measurable(values: np.ndarray) -> np.ndarray:
    return np.where(np.abs(values) < LARGEST, values, np.nan)


@partial(jax.jit, static_argnums=0)
def _encode(config: Config, params: Params, images: jax.Array) -> jax.Array:
    return sampling.encode(config, params, images)


@partial(jax.jit, static_argnums=0)
def _decode(
    config: Config, params: Params, z: jax.Array, labels: jax.Array
) -> jax.Array:
    return sampling.decode(config, params, z, labels)
