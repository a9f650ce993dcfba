"""An epoch in parts: the same bits, and an end between two of them."""

from dataclasses import replace

import jax
import pytest

from aae_jax.core.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.engine.stopping import MIN_STEPS, Stop
from aae_jax.engine.trainer import make_trainer
from tests.support.marks import EXHAUSTIVE
from tests.support.results import untimed
from tests.support.trees import assert_equal


@pytest.mark.parametrize(
    ("seconds", "limit", "parts"),
    [(19, 20, 1), (21, 20, 2), (90, 20, 8), (1, 0, 8), (9, float("inf"), 1)],
)
def test_an_epoch_is_divided_until_its_parts_are_short(
    seconds: float, limit: float, parts: int
) -> None:
    stop = Stop(seconds=limit)
    assert stop.num_parts(1, 8 * MIN_STEPS, seconds) == parts
    assert stop.num_parts(16, 8 * MIN_STEPS, seconds) == 16


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [[0, 1], pytest.param([0], marks=EXHAUSTIVE)])
def test_an_epoch_in_parts_equals_the_whole_and_may_stop(
    default: Config, splits: DatasetSplits, seeds: list[int]
) -> None:
    config = replace(default, batch_size=4)
    trainer = make_trainer(config, seeds, splits)
    in_parts = trainer.epochs(trainer.initial_state(), 0, Stop(seconds=0))
    whole = trainer.epochs(trainer.initial_state(), 0)
    for one, other in zip(in_parts, whole, strict=True):
        for mine, its in zip(one, other, strict=True):
            assert_equal(*jax.device_get((mine.state, its.state)))
            assert untimed(mine.metrics) == untimed(its.metrics)
    asked = iter([False, True])
    stop = Stop(lambda: next(asked), seconds=0)
    # The first epoch is whole; the second one stops before its third part.
    assert len(list(trainer.epochs(trainer.initial_state(), 0, stop))) == 1
    assert list(asked) == []
