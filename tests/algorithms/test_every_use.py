"""What holds of the use of every algorithm: its log, pictures, codes and images.

A new algorithm joins by standing in the catalog.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.algorithms.sampling import (
    classify,
    decode,
    encode,
    interpolate,
    sample_prior,
    style_grid,
)
from aae_jax.core.abilities import Classifies, DecodesLabels, FindsClusters, HasPrior
from aae_jax.core.config import Config
from aae_jax.core.phases import TrainState
from aae_jax.core.pictures import (
    ClusterGrid,
    Codes,
    Paths,
    Plane,
    PlaneMap,
    Reconstructions,
    Samples,
    StyleGrid,
)
from aae_jax.data import DatasetSplits
from tests.support.configs import TINY, quick_state
from tests.support.trees import assert_close, distance

N, K, IMAGE = 5, 4, TINY["image_shape"]


@pytest.fixture
def start(algorithm: Config) -> TrainState:
    return quick_state(algorithm)


def test_validation_describes_the_images_given(
    algorithm: Config, start: TrainState, splits: DatasetSplits
) -> None:
    images, labels = splits.validation
    described = algorithm.validate(start.params, images, labels)
    shapes = {name: array.shape for name, array in described.items()}
    length = (algorithm.code_dim,)
    common = {"validation_error": (), "code_mean": length, "code_std": length}
    reads = isinstance(algorithm, Classifies | FindsClusters)
    own = {"classification_error": ()} if reads else {}
    own |= {"nearest_is_label": ()} if "nearest_is_label" in described else {}
    assert shapes == common | own
    z = np.asarray(encode(algorithm, start.params, images / np.float32(255)))
    assert_close(described["code_mean"], z.mean(axis=0))
    assert_close(described["code_std"], z.std(axis=0))
    others = algorithm.validate(start.params, images[::-1] // 2, labels)
    assert distance(described, others) > 0


def test_pictures_are_of_the_kinds_that_can_be_drawn(
    algorithm: Config, start: TrainState, splits: DatasetSplits
) -> None:
    key = jax.random.key(0)
    pictures = algorithm.pictures(start.params, *splits.validation, key)
    first, *_ = pictures.values()
    tells_labels = isinstance(algorithm, DecodesLabels)
    kind = StyleGrid if tells_labels else Samples
    kind = ClusterGrid if isinstance(algorithm, FindsClusters) else kind
    assert isinstance(first, kind)
    for picture in pictures.values():
        SHAPES[type(picture)](algorithm, picture)


@pytest.mark.slow
def test_what_a_model_is_for_works_inside_jit(
    algorithm: Config, start: TrainState
) -> None:
    for ask in abilities(algorithm):
        compiled = jax.jit(ask)(start.params, jax.random.key(0))
        assert_close(compiled, ask(start.params, jax.random.key(0)), tolerance=1e-5)


def abilities(config: Config) -> list[Callable[[Any, jax.Array], jax.Array]]:
    """Return what the config's model can be asked for: functions of params and key."""
    labels = (jnp.arange(N) % K,) if isinstance(config, DecodesLabels) else ()
    ends = jnp.ones((2, config.code_dim))
    asked = [
        lambda params, _: encode(config, params, jnp.full((N, *IMAGE), 0.5)),
        lambda params, _: decode(
            config, params, jnp.ones((N, config.code_dim)), *labels
        ),
        lambda *_: interpolate(config, ends[0], 2 * ends[1], N),
    ]
    if isinstance(config, Classifies):
        asked.append(lambda params, _: classify(config, params, jnp.ones((N, *IMAGE))))
    if isinstance(config, HasPrior):
        asked.append(lambda _, key: sample_prior(config, key, N))
    if isinstance(config, HasPrior) and labels:
        asked.append(lambda params, key: style_grid(config, params, key, 2))
    return asked


def check_painted(images: jax.Array, shape: tuple[int, ...]) -> None:
    assert images.shape == shape
    assert np.all((images >= 0) & (images <= 1))


def check_reconstructions(config: Config, picture: Reconstructions) -> None:
    check_painted(picture.images, (12, *IMAGE))
    check_painted(picture.reconstructions, (12, *IMAGE))
    assert picture.error.shape == ()


def check_codes(config: Config, picture: Codes) -> None:
    shape = (12, config.code_dim)
    assert picture.codes.shape == shape
    assert (picture.prior is not None) == isinstance(config, HasPrior)
    assert picture.prior is None or picture.prior.shape == shape


def check_plane(config: Config, picture: Plane) -> None:
    assert picture.codes.shape == (12, 2) and picture.labels.shape == (12,)
    assert (picture.prior is not None) == isinstance(config, HasPrior)


def check_map(config: Config, picture: PlaneMap) -> None:
    check_painted(picture.images, (20, 20, *IMAGE))
    assert picture.reach.shape == () and picture.reach > 0


SHAPES: dict[type, Callable[[Any, Any], None]] = {
    StyleGrid: lambda _, picture: check_painted(picture.images, (10, K, *IMAGE)),
    Samples: lambda _, picture: check_painted(picture.images, (10, 10, *IMAGE)),
    ClusterGrid: lambda config, picture: check_painted(
        picture.images, (config.num_contents, 11, *IMAGE)
    ),
    Reconstructions: check_reconstructions,
    Codes: check_codes,
    Plane: check_plane,
    PlaneMap: check_map,
    Paths: lambda _, picture: check_painted(picture.images, (5, 20, *IMAGE)),
}
