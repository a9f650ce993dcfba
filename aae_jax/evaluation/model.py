"""What is measured: an encoder, a decoder and perhaps a prior."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import numpy as np
from jax.typing import ArrayLike
from scipy.special import log_softmax

from aae_jax.algorithms import sampling
from aae_jax.core.abilities import Classifies, FindsClusters, HasPrior, components_of
from aae_jax.core.components import Components
from aae_jax.core.config import Config
from aae_jax.core.painting import paint
from aae_jax.core.priors import Gaussian
from aae_jax.data import Dataset
from aae_jax.evaluation.batches import in_batches
from aae_jax.evaluation.classifier import scaled

LARGEST = 1e15
"""Sums of squares of more overflow; infinite values spread less quietly than NaN."""

Sampler = Callable[[np.random.Generator, int], np.ndarray]


@dataclass(frozen=True)
class Model:
    """A trained model as the metrics see it, frozen.

    Attributes:
      encode: Maps images [B, H, W, C] in [0, 1] to codes z [B, Z], each by itself.
      decode: Maps codes z [B, Z] and labels [B] int to images [B, H, W, C] in [0, 1]. A
        decoder that is told no label ignores them.
      code_dim: Z.
      scale: What codes are divided by to have about unit variance.
      sample: Draws n samples of the prior, already divided by `scale`: [n, Z]. None
        where the codes are matched to no prior.
      components: The prior, if it is made of components; else None.
      classify: Maps images [B, H, W, C] in [0, 1] to class logits [B, K]; None where
        the model reads no classes.
      cluster: Maps images to the logits of clusters, [B, clusters], or None.
    """

    encode: Callable[[jax.Array], ArrayLike]
    decode: Callable[[np.ndarray, np.ndarray], ArrayLike]
    code_dim: int
    scale: float
    sample: Sampler | None
    components: Components | None = None
    classify: Callable[[jax.Array], ArrayLike] | None = None
    cluster: Callable[[jax.Array], ArrayLike] | None = None


def model_of(config: Config, params: Any) -> Model:
    """Return the model that parameters of a config are, by network."""
    return Model(
        encode=partial(_encode, config, params),
        decode=partial(_decode, config, params),
        code_dim=config.code_dim,
        scale=config.scale,
        sample=_sampler(config) if isinstance(config, HasPrior) else None,
        components=components_of(config),
        classify=partial(_classify, config, params)
        if isinstance(config, Classifies)
        else None,
        cluster=partial(_cluster, config, params)
        if isinstance(config, FindsClusters)
        else None,
    )


def _sampler(config: Any) -> Sampler:
    if isinstance(config.prior, Gaussian):
        return gaussian(config.code_dim)

    def sample(rng: np.random.Generator, n: int) -> np.ndarray:
        key = jax.random.key(rng.integers(2**32))
        return np.asarray(config.prior.sample(key, n, config.code_dim)) / config.scale

    return sample


def gaussian(latent_dim: int) -> Sampler:
    """Return the sampler of a Gaussian prior: in units of its deviation N(0, I).

    It draws with NumPy, so that no version of JAX changes what an evaluation finds.
    """
    return lambda rng, n: rng.standard_normal((n, latent_dim))


def encode_all(model: Model, images: np.ndarray) -> np.ndarray:
    """Encode images [N, H, W, C], uint8 or float in [0, 1], in batches: [N, Z].

    NaN where a model that blew up gives what cannot be measured.
    """
    return _measurable(in_batches(lambda batch: model.encode(scaled(batch)), images))


def classes_of(model: Model, images: np.ndarray, named: Dataset) -> np.ndarray | None:
    """Return the class that is read of images [N, H, W, C]: [N] int; None without any.

    A cluster has the class of the image of `named` that is likeliest in it (Makhzani et
    al. 2015, section 6).
    """
    if model.classify is not None:
        return _logits_of(model.classify, images).argmax(axis=1)
    if model.cluster is None:
        return None
    likeliest = log_softmax(_logits_of(model.cluster, named.images), axis=1)
    names = named.labels[likeliest.argmax(axis=0)]
    return names[_logits_of(model.cluster, images).argmax(axis=1)]


def _logits_of(read: Callable, images: np.ndarray) -> np.ndarray:
    return in_batches(lambda batch: read(scaled(batch)), images)


def decode_all(model: Model, z: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Paint labels [N] in styles z [N, Z], in batches: [N, H, W, C] in [0, 1].

    NaN where a model that blew up gives what cannot be measured.
    """
    return _measurable(in_batches(model.decode, z, labels))


def restyle(model: Model, images: np.ndarray, num_classes: int) -> np.ndarray:
    """Paint every content in the style of each image: [N, K, H, W, C]."""
    z = np.repeat(encode_all(model, images), num_classes, axis=0)
    labels = np.tile(np.arange(num_classes, dtype=np.int32), len(images))
    painted = decode_all(model, z, labels)
    return painted.reshape(len(images), num_classes, *images.shape[1:])


def _measurable(values: np.ndarray) -> np.ndarray:
    return np.where(np.abs(values) < LARGEST, values, np.nan)


@partial(jax.jit, static_argnums=0)
def _encode(config: Config, params: Any, images: jax.Array) -> jax.Array:
    return sampling.encode(config, params, images)


@partial(jax.jit, static_argnums=0)
def _classify(config: Config, params: Any, images: jax.Array) -> jax.Array:
    return sampling.classify(config, params, images)


@partial(jax.jit, static_argnums=0)
def _cluster(config: Config, params: Any, images: jax.Array) -> jax.Array:
    assert isinstance(config, FindsClusters)
    return config.cluster(params, images)


@partial(jax.jit, static_argnums=0)
def _decode(config: Config, params: Any, z: jax.Array, labels: jax.Array) -> jax.Array:
    return paint(config, params, z, labels)
