"""What figures of a state show."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from aae_jax.algorithms.labeled_prior import LabeledPrior
from aae_jax.algorithms.supervised import Supervised
from aae_jax.algorithms.unsupervised import Unsupervised
from aae_jax.core.abilities import Classifies, DecodesLabels, HasPrior
from aae_jax.core.codes import code_gaussian
from aae_jax.core.config import Config
from aae_jax.core.painting import paint, paint_grid, pixel_logits
from aae_jax.core.pictures import NUM_RECONSTRUCTIONS, NUM_STYLES
from aae_jax.core.plane import map_codes, paint_places
from aae_jax.data import DatasetSplits, pixels
from tests.support.configs import everything_on, quick_state
from tests.support.trees import assert_close, assert_equal, distance


def shown(config: Config, splits: DatasetSplits, seed: int = 0) -> dict[str, Any]:
    params = quick_state(config).params
    return _shown(config, params, *splits.validation, jax.random.key(seed))


@partial(jax.jit, static_argnames="config")
def _shown(config: Config, params: Any, *rest: Any) -> dict[str, Any]:
    return config.pictures(params, *rest)


def test_reconstructions_are_painted_as_their_own_label_or_as_what_is_read(
    algorithm: Config, splits: DatasetSplits
) -> None:
    params, (images, labels) = quick_state(algorithm).params, splits.validation
    real = pixels(images)
    if isinstance(algorithm, Classifies):
        labels = algorithm.classify(params, real).argmax(axis=1)
    painted = paint(algorithm, params, algorithm.encode(params, real), labels)
    picture = shown(algorithm, splits)["reconstructions"]
    assert_close(picture.images, real[:NUM_RECONSTRUCTIONS])
    assert_close(picture.reconstructions, painted[:NUM_RECONSTRUCTIONS])
    assert_close(picture.error, np.mean(np.square(real - painted)))


def test_codes_are_those_of_the_images_beside_the_prior(
    algorithm: Config, splits: DatasetSplits
) -> None:
    params = quick_state(algorithm).params
    picture = shown(algorithm, splits)["posterior"]
    z = algorithm.encode(params, pixels(splits.validation.images))
    assert_close(picture.codes, z)
    assert (picture.prior is not None) == isinstance(algorithm, HasPrior)


def test_styles_depend_on_the_key_and_nothing_else_does(
    algorithm: Config, splits: DatasetSplits
) -> None:
    one, again, other = (shown(algorithm, splits, seed) for seed in (0, 0, 1))
    assert_equal(one, again)
    name = "samples" if "samples" in one else "style_grid"
    assert distance(one[name].images, other[name].images) > 1e-3
    assert_equal(one["reconstructions"], other["reconstructions"])
    assert_equal(one["posterior"].codes, other["posterior"].codes)


def test_a_grid_has_a_style_a_row_and_a_content_a_column(
    algorithm: Config, splits: DatasetSplits
) -> None:
    if not isinstance(algorithm, DecodesLabels):
        return
    grid = np.asarray(shown(algorithm, splits)["style_grid"].images)
    assert grid.shape[:2] == (NUM_STYLES, algorithm.num_classes)
    # No two rows and no two columns are alike.
    for images in (grid, grid.swapaxes(0, 1)):
        flat = images.reshape(len(images), -1)
        assert len(np.unique(flat, axis=0)) == len(images)


def test_a_grid_is_every_content_in_every_style(default: Config) -> None:
    params, z = quick_state(default).params, np.eye(3)[:2]
    labels = jnp.array([2, 0, 2])
    grid = paint_grid(default, params, jnp.asarray(z), labels)
    assert grid.shape == (2, 3, 6, 5, 1)
    for column, label in enumerate(labels):
        painted = paint(default, params, jnp.asarray(z), jnp.full(2, label))
        assert_close(grid[:, column], painted, tolerance=1e-6)


def test_a_decoder_that_is_told_no_label_paints_one_content(algorithm: Config) -> None:
    params = quick_state(algorithm).params
    z = jnp.ones((4, algorithm.code_dim))
    one, other = (
        pixel_logits(algorithm, params, z, labels)
        for labels in (jnp.zeros(4, int), jnp.arange(4))
    )
    assert (distance(one, other) > 0) == isinstance(algorithm, DecodesLabels)


def test_the_gaussian_of_codes_says_where_styles_are_without_a_prior() -> None:
    found = code_gaussian(jnp.tile(jnp.array([[7.0, 8.0, 9.0]]), (4, 1)))
    assert_close(found.sample(jax.random.key(0), 2), np.tile([7.0, 8.0, 9.0], (2, 1)))


def test_codes_in_the_plane_are_shown_there_with_their_labels(
    splits: DatasetSplits,
) -> None:
    flat = everything_on(Unsupervised, latent_dim=2)
    pictures = shown(flat, splits)
    assert_equal(pictures["plane"].codes, pictures["posterior"].codes)
    assert_equal(pictures["plane"].labels, splits.validation.labels)
    assert "components" not in pictures
    assert set(pictures) > {"plane", "map"}
    assert not {"plane", "map"} & set(shown(everything_on(Unsupervised), splits))
    told = shown(everything_on(Supervised, latent_dim=2), splits)
    assert "plane" in told and "map" not in told


def test_a_map_has_the_right_codes_in_its_corners() -> None:
    flat = everything_on(Unsupervised, latent_dim=2)
    params = quick_state(flat).params
    images = paint_places(flat, params, map_codes(jnp.array(2.0)))
    corners = jnp.array([[-2.0, 2.0], [2.0, 2.0], [-2.0, -2.0], [2.0, -2.0]])
    expected = paint(flat, params, corners, jnp.zeros(4, int))
    found = images[jnp.array([0, 0, -1, -1]), jnp.array([0, -1, 0, -1])]
    assert_close(found, expected, tolerance=1e-5)


def test_paths_go_along_the_components(splits: DatasetSplits) -> None:
    labeled = everything_on(LabeledPrior)
    params, prior = quick_state(labeled).params, labeled.prior
    images = shown(labeled, splits)["components"].images
    expected = paint(labeled, params, prior.paths(20)[3], jnp.zeros(20, int))
    assert images.shape[0] == prior.components
    assert_close(images[3], expected, tolerance=1e-5)
