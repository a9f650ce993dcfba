"""Styles and contents as arrays: encode, decode and the grids made of them."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from aae_jax.config import Config
from aae_jax.models import apply, build_models, decoder_view
from aae_jax.priors import sample_prior
from aae_jax.state import Params


def encode(config: Config, params: Params, images: ArrayLike) -> jax.Array:
    """Return the styles z [N, Z], in prior units, of images [N, H, W] in [0, 1].

    Raises:
      ValueError: Images of another shape, not floating point, or not in [0, 1] (the
        range is checked outside `jax.jit` only).
    """
    _check_images(config, images)
    images = jnp.asarray(images)
    return apply(build_models(config).encoder, params.encoder, images)


def decode(
    config: Config, params: Params, z: ArrayLike, labels: ArrayLike
) -> jax.Array:
    """Paint contents `labels` [N] int in styles z [N, Z]: [N, H, W] in [0, 1].

    Squared error teaches a decoder the mean of all images that share a code, whose grey
    is doubt about ink. A `config.temperature` below 1 decides: it divides the logits,
    which moves every pixel away from 1/2.

    Raises:
      ValueError: Shapes that do not fit, or labels that are not classes 0 to K - 1
        (the range is checked outside `jax.jit` only).
    """
    z = jnp.asarray(z)
    _check_shape("z", z, (config.latent_dim,))
    _check_labels(config, labels, len(z))
    one_hot = jax.nn.one_hot(jnp.asarray(labels), config.num_classes)
    view = decoder_view(config, z, one_hot)
    logits = apply(build_models(config).decoder, params.decoder, view)
    return jax.nn.sigmoid(logits / config.temperature)


def paint(config: Config, params: Params, z: ArrayLike, labels: ArrayLike) -> jax.Array:
    """Paint every content `labels` [L] in every style z [S, Z]: [S, L, H, W]."""
    z, labels = jnp.asarray(z), jnp.asarray(labels)
    num_styles, num_labels = len(z), len(labels)
    images = decode(
        config, params, jnp.repeat(z, num_labels, axis=0), jnp.tile(labels, num_styles)
    )
    return images.reshape(num_styles, num_labels, *config.image_shape)


def style_grid(
    config: Config, params: Params, key: jax.Array, num_styles: int
) -> jax.Array:
    """Paint all K contents in random styles: [num_styles, K, H, W].

    Every row is one z drawn from the prior and every column one content
    (Makhzani et al. 2015, section 4).
    """
    z = sample_prior(config, key, num_styles)
    return paint(config, params, z, jnp.arange(config.num_classes))


def interpolate(start: jax.Array, end: jax.Array, num: int) -> jax.Array:
    """Return `num` styles [num, Z] on the arc from `start` [Z] to `end` [Z].

    The angle changes evenly, and so does the distance from the origin: halfway between
    two typical samples of a Gaussian prior lies a typical sample, which a straight line
    would miss (White 2016, arXiv 1609.04468). Exactly opposite styles have no one arc
    between them.
    """
    ends = jnp.stack([start, end])
    norms = jnp.linalg.norm(ends, axis=1, keepdims=True)
    directions = ends / jnp.maximum(norms, jnp.finfo(ends.dtype).tiny)
    angle = jnp.arccos(jnp.clip(jnp.vdot(*directions), -1, 1))
    t = jnp.linspace(0, 1, num)[:, None]
    shares = jnp.concatenate([1 - t, t], axis=1)
    # sin(a s) / sin(a) through sinc stays finite where the styles point the same way.
    weights = shares * jnp.sinc(shares * angle / jnp.pi) / jnp.sinc(angle / jnp.pi)
    return (weights @ directions) * (shares @ norms)


def _check_images(config: Config, images: ArrayLike) -> None:
    images = images if isinstance(images, jax.Array) else np.asarray(images)
    _check_shape("images", images, config.image_shape)
    if not jnp.issubdtype(images.dtype, jnp.floating):
        raise ValueError(
            f"images must be floating point in [0, 1], not {images.dtype}: "
            "divide uint8 pixels by 255"
        )
    if isinstance(images, jax.core.Tracer) or not len(images):
        return
    low, high = float(images.min()), float(images.max())
    if not (low >= 0 and high <= 1):
        raise ValueError(
            f"images must be in [0, 1], not {low:g} to {high:g}: divide pixels of 0 to "
            "255 by 255"
        )


def _check_labels(config: Config, labels: ArrayLike, n: int) -> None:
    labels = labels if isinstance(labels, jax.Array) else np.asarray(labels)
    if labels.shape != (n,) or not jnp.issubdtype(labels.dtype, jnp.integer):
        raise ValueError(
            f"labels must be {n} integers, one a code, not {labels.dtype} of shape "
            f"{list(labels.shape)}"
        )
    if isinstance(labels, jax.core.Tracer) or not n:
        return
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= config.num_classes:
        raise ValueError(
            f"labels must be classes 0 to {config.num_classes - 1}, not {low} to {high}"
        )


def _check_shape(
    name: str, array: jax.Array | np.ndarray, expected: tuple[int, ...]
) -> None:
    if array.shape[1:] != expected or array.ndim != len(expected) + 1:
        wanted = ", ".join(["N", *map(str, expected)])
        raise ValueError(f"{name} must have shape [{wanted}], not {list(array.shape)}")
