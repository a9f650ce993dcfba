"""Styles and contents as arrays: encode, decode and the grids made of them."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from aae_jax.config import Config
from aae_jax.models import apply, build_models
from aae_jax.priors import sample_prior
from aae_jax.state import Params


def encode(config: Config, params: Params, images: ArrayLike) -> jax.Array:
    """Return the styles z [N, Z], in prior units, of images [N, H, W] in [0, 1].

    Raises:
      ValueError: Images of another shape or not floating point.
    """
    images = jnp.asarray(images)
    _check_shape("images", images, (*config.image_shape,))
    if not jnp.issubdtype(images.dtype, jnp.floating):
        raise ValueError(
            f"images must be floating point in [0, 1], not {images.dtype}: "
            "divide uint8 pixels by 255"
        )
    return apply(build_models(config).encoder, params.encoder, images)


def decode(
    config: Config, params: Params, z: ArrayLike, labels: ArrayLike
) -> jax.Array:
    """Paint contents `labels` [N] int in styles z [N, Z]: [N, H, W] in [0, 1].

    Raises:
      ValueError: Shapes that do not fit, or labels that are not classes 0 to K - 1
        (the range is checked outside `jax.jit` only).
    """
    z, labels = jnp.asarray(z), jnp.asarray(labels)
    _check_shape("z", z, (config.latent_dim,))
    _check_labels(config, labels, len(z))
    one_hot = jax.nn.one_hot(labels, config.num_classes)
    logits = apply(build_models(config).decoder, params.decoder, z, one_hot)
    return jax.nn.sigmoid(logits)


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
    would miss (White 2016, arXiv 1609.04468).
    """
    norms = jnp.linalg.norm(start), jnp.linalg.norm(end)
    cosine = jnp.vdot(start, end) / (norms[0] * norms[1])
    angle = jnp.arccos(jnp.clip(cosine, -1, 1))
    t = jnp.linspace(0, 1, num)[:, None]
    # sin(a t) / sin(a) through sinc stays finite where the styles point the same way.
    weights = [s * jnp.sinc(s * angle / jnp.pi) for s in (1 - t, t)]
    directions = (
        weights[0] * start[None] / norms[0] + weights[1] * end[None] / norms[1]
    ) / jnp.sinc(angle / jnp.pi)
    return directions * ((1 - t) * norms[0] + t * norms[1])


def _check_shape(name: str, array: jax.Array, expected: tuple[int, ...]) -> None:
    if array.ndim != len(expected) + 1 or array.shape[1:] != expected:
        wanted = ", ".join(["N", *map(str, expected)])
        raise ValueError(f"{name} must have shape [{wanted}], not {list(array.shape)}")


def _check_labels(config: Config, labels: jax.Array, n: int) -> None:
    if labels.shape != (n,) or not jnp.issubdtype(labels.dtype, jnp.integer):
        raise ValueError(
            f"labels must be {n} integers, one a code, not {labels.dtype} of shape "
            f"{list(labels.shape)}"
        )
    if isinstance(labels, jax.core.Tracer) or not n:
        return
    values = np.asarray(labels)
    if values.min() < 0 or values.max() >= config.num_classes:
        raise ValueError(
            f"labels must be classes 0 to {config.num_classes - 1}, not "
            f"{values.min()} to {values.max()}"
        )
