"""What the figures of a state show, as named arrays; the type says the kind of figure.

Plotting and TensorBoard know how to draw each kind, and no algorithm.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from aae_jax.core.abilities import DecodesLabels, HasPrior, components_of
from aae_jax.core.codes import CodeGaussian, code_gaussian, sample_styles
from aae_jax.core.losses import reconstruction_loss
from aae_jax.core.painting import MAX_CONTENTS, paint, paint_grid
from aae_jax.core.plane import (
    NUM_PLACES,
    has_map,
    map_codes,
    paint_places,
    reach_of,
)

NUM_STYLES = 10
NUM_RECONSTRUCTIONS = 12


class StyleGrid(NamedTuple):
    """Every content (column) in some styles (rows): [S, K, H, W, C] in [0, 1].

    Of many contents the first ones.
    """

    images: jax.Array


class Samples(NamedTuple):
    """Painted codes of a decoder without labels: [rows, columns, H, W, C] in [0, 1]."""

    images: jax.Array


class ClusterGrid(NamedTuple):
    """Of each cluster its head, painted, then its likeliest images.

    [clusters, 1 + images, H, W, C] in [0, 1].
    """

    images: jax.Array


class Reconstructions(NamedTuple):
    """Some images [n, H, W, C], what is painted of them, and the error of all: []."""

    images: jax.Array
    reconstructions: jax.Array
    error: jax.Array


class Codes(NamedTuple):
    """Codes [N, Z] beside as many samples of the prior, if there is one."""

    codes: jax.Array
    prior: jax.Array | None


class Plane(NamedTuple):
    """Codes in the plane [N, 2], their labels [N], and samples of a prior [N, 2]."""

    codes: jax.Array
    labels: jax.Array
    prior: jax.Array | None


class PlaneMap(NamedTuple):
    """What is painted all over the plane of codes: [rows, columns, H, W, C] in [0, 1].

    `reach` [] is how far from the origin.
    """

    images: jax.Array
    reach: jax.Array


class Paths(NamedTuple):
    """What is painted along each component, a row: [rows, columns, H, W, C]."""

    images: jax.Array


Picture = (
    StyleGrid
    | Samples
    | ClusterGrid
    | Reconstructions
    | Codes
    | Plane
    | PlaneMap
    | Paths
)


def standard_pictures(
    config: Any, params: Any, images: jax.Array, labels: jax.Array, key: jax.Array
) -> dict[str, Picture]:
    """Return the pictures that any algorithm has, the one to look at first.

    Args:
      config: The algorithm.
      params: By network.
      images: Validation images [N, H, W, C] in [0, 1].
      labels: Their labels [N] int.
      key: Of the styles.
    """
    style_key, prior_key = jax.random.split(key)
    z = config.encode(params, images)
    found, painted = code_gaussian(z), paint(config, params, z, labels)
    shown = slice(NUM_RECONSTRUCTIONS)
    error = reconstruction_loss(images, painted)
    prior = sample_styles(config, prior_key, z.shape[0], found)
    return {
        **_random_styles(config, params, style_key, found),
        "reconstructions": Reconstructions(images[shown], painted[shown], error),
        "posterior": Codes(z, prior if isinstance(config, HasPrior) else None),
        **_plane(config, params, z, labels, prior),
    }


def _plane(
    config: Any, params: Any, z: jax.Array, labels: jax.Array, samples: jax.Array
) -> dict[str, Picture]:
    """Return what is shown where codes have two dimensions: [N, 2]."""
    if config.code_dim != 2:
        return {}
    prior = samples if isinstance(config, HasPrior) else None
    found: dict[str, Picture] = {"plane": Plane(z, labels, prior)}
    if not has_map(config):
        return found
    reach = reach_of(samples)
    images = paint_places(config, params, map_codes(reach))
    found["map"] = PlaneMap(images, reach)
    if (components := components_of(config)) is not None:
        paths = components.paths(NUM_PLACES)
        found["components"] = Paths(paint_places(config, params, paths))
    return found


def _random_styles(
    config: Any, params: Any, key: jax.Array, found: CodeGaussian
) -> dict[str, Picture]:
    if isinstance(config, DecodesLabels):
        z = sample_styles(config, key, NUM_STYLES, found)
        labels = jnp.arange(min(config.num_classes, MAX_CONTENTS))
        return {"style_grid": StyleGrid(paint_grid(config, params, z, labels))}
    z = sample_styles(config, key, NUM_STYLES**2, found)
    images = paint(config, params, z, jnp.zeros(NUM_STYLES**2, jnp.int32))
    shape = (NUM_STYLES, NUM_STYLES, *config.image_shape)
    return {"samples": Samples(images.reshape(shape))}
