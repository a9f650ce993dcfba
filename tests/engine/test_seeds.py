"""Several seeds at once, against the same one by one."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from aae_jax.algorithms.semi_supervised import SemiSupervised
from aae_jax.algorithms.supervised import Supervised
from aae_jax.core.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.engine.trainer import Trainer, make_trainer
from aae_jax.errors import ConfigError
from tests.support.configs import everything_on, first_state
from tests.support.marks import EXHAUSTIVE
from tests.support.results import untimed
from tests.support.trees import assert_close, assert_equal

SEEDS = [3, 2**32 - 1]


def alone(config: Config, seed: int, splits: DatasetSplits) -> Trainer:
    return make_trainer(replace(config, seed=seed), [seed], splits)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [Supervised, pytest.param(SemiSupervised, marks=EXHAUSTIVE)],
    ids=lambda k: k.kind,
)
def test_several_seeds_equal_each_by_itself(
    kind: type[Config], splits: DatasetSplits
) -> None:
    # Of all algorithms their steps are compared in tests/algorithms.
    algorithm = everything_on(kind)
    # A device a seed, where there are so many.
    count = min(2, jax.device_count())
    several = make_trainer(algorithm, SEEDS, splits, devices=count)
    epochs = list(several.epochs(several.initial_state(), start=0))
    phases = [phase.name for phase in algorithm.phases()]
    for index, seed in enumerate(SEEDS):
        single = alone(algorithm, seed, splits)
        results = single.epochs(single.initial_state(), start=0)
        for together, (one,) in zip(epochs, results, strict=True):
            state, metrics, _ = together[index]
            assert_close(jax.device_get(state), jax.device_get(one.state))
            assert list(metrics) == list(one.metrics)
            assert list(metrics)[: 1 + len(phases)] == ["epoch", *phases]
            assert_close(untimed(metrics), untimed(one.metrics))


@pytest.mark.slow
@pytest.mark.parametrize(
    "seeds", [SEEDS[:1], pytest.param(SEEDS, marks=pytest.mark.slow)]
)
def test_states_are_joined_and_picked(
    tiny: Config, splits: DatasetSplits, seeds: list[int]
) -> None:
    trainer = make_trainer(tiny, seeds, splits)
    states = [first_state(replace(tiny, seed=seed)) for seed in seeds]
    joined = trainer.joined(states)
    assert_equal(jax.device_get(joined), jax.device_get(trainer.initial_state()))
    for index, state in enumerate(states):
        picked = trainer.picked(joined, index)
        assert_equal(jax.device_get(picked), jax.device_get(state))
    with pytest.raises(IndexError):
        trainer.picked(joined, len(seeds))


@pytest.mark.slow
def test_a_seed_that_diverges_costs_no_other(
    tutorial: Config, splits: DatasetSplits
) -> None:
    trainer = make_trainer(tutorial, SEEDS, splits)
    state = trainer.initial_state()
    decoder = jax.tree.map(lambda leaf: leaf.at[1].set(np.nan), state.params["decoder"])
    state = state.replace(params={**state.params, "decoder": decoder})
    for good, bad in trainer.epochs(state, start=0):
        assert np.isfinite(good.metrics["reconstruction"])
        assert np.isnan(bad.metrics["reconstruction"])


def test_several_seeds_take_the_data_whole(
    tutorial: Config, splits: DatasetSplits
) -> None:
    with pytest.raises(ConfigError, match=r"take the data whole.*--chunk-images"):
        make_trainer(tutorial, SEEDS, splits, chunk_images=300)


def test_several_seeds_are_shared_evenly(
    tutorial: Config, splits: DatasetSplits
) -> None:
    if jax.device_count() < 4:
        pytest.skip("needs 4 devices")
    with pytest.raises(ConfigError, match="--num-seeds is 2, which 4 devices cannot"):
        make_trainer(tutorial, SEEDS, splits, devices=4)
