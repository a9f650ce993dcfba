"""What a trained model is for: styles and contents as arrays, checked first."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import ArrayLike

from aae_jax.core.abilities import Classifies, DecodesLabels, HasPrior
from aae_jax.core.config import Config
from aae_jax.core.painting import paint, paint_grid
from aae_jax.errors import ConfigError


def encode(config: Config, params: Any, images: ArrayLike) -> jax.Array:
    """Return the styles z [N, Z], in prior units, of images [N, H, W, C] in [0, 1].

    Raises:
      ValueError: Images of another shape, not floating point, or not in [0, 1] (the
        range is checked outside `jax.jit` only).
    """
    _check_images(config, images)
    return config.encode(params, jnp.asarray(images))


def classify(config: Config, params: Any, images: ArrayLike) -> jax.Array:
    """Return class logits [N, K] of images [N, H, W, C] in [0, 1].

    Raises:
      ConfigError: The algorithm reads no classes.
      ValueError: As `encode` does.
    """
    if not isinstance(config, Classifies):
        raise ConfigError(
            f"{config.kind} reads no classes: train one that does, as in "
            "--recipe semi_supervised"
        )
    _check_images(config, images)
    return config.classify(params, jnp.asarray(images))


def decode(
    config: Config, params: Any, z: ArrayLike, labels: ArrayLike | None = None
) -> jax.Array:
    """Paint contents `labels` [N] int in styles z [N, Z]: [N, H, W, C] in [0, 1].

    An algorithm whose decoder is told no label takes none. See `paint` for the
    temperature.

    Raises:
      ValueError: Shapes that do not fit, labels that are not classes 0 to K - 1 (the
        range is checked outside `jax.jit` only), or labels for or missing for the
        decoder.
    """
    z = jnp.asarray(z)
    _check_shape("z", z, (config.code_dim,))
    if not isinstance(config, DecodesLabels):
        if labels is not None:
            raise ValueError(f"the decoder of {config.kind} sees no labels: give none")
        labels = jnp.zeros(z.shape[0], jnp.int32)
    elif labels is None:
        raise ValueError(f"the decoder of {config.kind} needs labels [N] beside z")
    _check_labels(config, labels, z.shape[0])
    return paint(config, params, z, jnp.asarray(labels))


def sample_prior(config: Config, key: jax.Array, n: int) -> jax.Array:
    """Draw n codes [n, Z] from the prior.

    Raises:
      ConfigError: The algorithm has none.
    """
    return _prior_of(config).sample(key, n, config.code_dim)


def style_grid(
    config: Config, params: Any, key: jax.Array, num_styles: int
) -> jax.Array:
    """Paint all K contents in random styles: [num_styles, K, H, W, C].

    Every row is one z drawn from the prior and every column one content
    (Makhzani et al. 2015, section 4).

    Raises:
      ConfigError: The algorithm has no prior, or its decoder is told no label.
    """
    if not isinstance(config, DecodesLabels):
        raise ConfigError(
            f"the decoder of {config.kind} is told no label, so there is no grid of "
            "styles and contents: decode random codes instead"
        )
    z = sample_prior(config, key, num_styles)
    return paint_grid(config, params, z, jnp.arange(config.num_classes))


def interpolate(
    config: Config, start: ArrayLike, end: ArrayLike, num: int
) -> jax.Array:
    """Return `num` styles [num, Z] from `start` [Z] to `end` [Z], as the prior walks.

    A straight line where the algorithm has no prior.
    """
    start, end = jnp.asarray(start), jnp.asarray(end)
    if isinstance(config, HasPrior):
        return config.prior.walk(start, end, num)
    return jnp.linspace(start, end, num)


def _prior_of(config: Config) -> Any:
    if not isinstance(config, HasPrior):
        raise ConfigError(
            f"{config.kind} has no prior to draw styles from: encode images, or draw "
            "from the Gaussian of its codes, as sampling a run does"
        )
    return config.prior


def _check_images(config: Config, images: ArrayLike) -> None:
    images = images if isinstance(images, jax.Array) else np.asarray(images)
    if images.ndim == 3 and (*images.shape[1:], 1) == config.image_shape:
        raise ValueError(
            f"images must have shape [N, H, W, C], not {list(images.shape)}: give them "
            "their channel with images[..., None]"
        )
    _check_shape("images", images, config.image_shape)
    if not jnp.issubdtype(images.dtype, jnp.floating):
        raise ValueError(
            f"images must be floating point in [0, 1], not {images.dtype}: "
            "divide uint8 pixels by 255"
        )
    if isinstance(images, jax.core.Tracer) or not images.shape[0]:
        return
    with jax.ensure_compile_time_eval():
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
    with jax.ensure_compile_time_eval():
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
