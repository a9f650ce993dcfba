"""Exported functions: for any batch, with the numbers of the package."""

from dataclasses import replace
from functools import partial
from typing import Any, cast

import jax
import numpy as np
import pytest
from jax import export

from aae_jax.algorithms.reduction import Reduction
from aae_jax.algorithms.semi_supervised import SemiSupervised
from aae_jax.algorithms.supervised import Supervised
from aae_jax.algorithms.unsupervised import Unsupervised
from aae_jax.algorithms.uses import used_params, uses_of
from aae_jax.core.config import Config
from aae_jax.core.convolutions import Convolutional
from aae_jax.export.functions import PLATFORMS, portable
from aae_jax.runs.weights import used_arrays
from aae_jax.storage.arrays import by_name
from tests.support.configs import everything_on, quick_state
from tests.support.processes import ROOT
from tests.support.trees import assert_close

settings = cast(Any, jax.config)


def batch_of(config: Config, name: str, n: int) -> list[np.ndarray]:
    """Return what a use may be given for n images."""
    rng = np.random.default_rng(n)
    return [
        rng.integers(0, config.num_classes, x.shape).astype(x.dtype)
        if x.dtype == np.int32
        else rng.random(x.shape, np.float32)
        for x in uses_of(config)[name].batch(n)
    ]


def test_every_algorithm_is_written_for_any_batch(algorithm: Config) -> None:
    arrays = by_name(used_params(algorithm))
    for use in uses_of(algorithm).values():
        stored = export.deserialize(bytearray(portable(algorithm, use, arrays)))
        assert stored.platforms == PLATFORMS
        (found,) = stored.out_avals
        assert str(found.shape[0]) == "N"
        assert all(isinstance(length, int) for length in found.shape[1:])


@pytest.mark.slow
@pytest.mark.parametrize(
    "config",
    [
        everything_on(Supervised, network=Convolutional(channels=2)),
        everything_on(Unsupervised),
        everything_on(SemiSupervised),
        everything_on(Reduction),
    ],
    ids=lambda config: config.kind,
)
def test_numbers_are_those_of_the_package(config: Config) -> None:
    params = quick_state(config).params
    arrays = used_arrays(config, params)
    for name, use in uses_of(config).items():
        stored = export.deserialize(bytearray(portable(config, use, arrays)))
        call, own = jax.jit(stored.call), jax.jit(partial(use.function, config))
        for n in (1, 7):
            inputs = batch_of(config, name, n)
            found = call(arrays, *inputs)
            assert_close(found, own(params, *inputs), tolerance=1e-6)


@pytest.mark.parametrize("name", ["encoder", "decoder"])
def test_neither_weights_nor_places_are_in_a_function(
    default: Config, name: str
) -> None:
    wide = replace(default, hidden_dim=300)
    arrays, before = (
        by_name(used_params(wide)),
        settings.jax_hlo_source_file_canonicalization_regex,
    )
    stored = portable(wide, uses_of(wide)[name], arrays)
    assert len(stored) < sum(array.size for array in arrays.values()) / 9
    assert str(ROOT).encode() not in stored
    assert settings.jax_hlo_source_file_canonicalization_regex == before


def test_what_only_training_reads_is_left_out(algorithm: Config) -> None:
    reconstruction, *_ = algorithm.phases()
    assert set(used_params(algorithm)) == set(reconstruction.updates)
