"""A run as a stream of epochs: its plan, its metrics, and how it stops."""

import itertools
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.algorithms.supervised import Supervised
from aae_jax.core.changes import alike
from aae_jax.core.config import Config
from aae_jax.core.optimizers import Adam
from aae_jax.core.phases import TrainState
from aae_jax.core.randomness import epoch_order, split_keys
from aae_jax.data import DatasetSplits, pixels
from aae_jax.engine import trainer as trainer_module
from aae_jax.engine.epochs import train_epoch
from aae_jax.engine.trainer import make_trainer
from tests.support.configs import first_state
from tests.support.results import untimed
from tests.support.trees import assert_close, assert_equal


def run(
    config: Config,
    splits: DatasetSplits,
    state: TrainState | None = None,
    start: int = 0,
) -> list[tuple[TrainState, dict[str, Any]]]:
    """Each epoch's state, copied to the host, and its metrics without the clock's."""
    trainer = make_trainer(config, [config.seed], splits)
    state = trainer.initial_state() if state is None else trainer.joined([state])
    return [
        (jax.tree.map(np.array, result.state), untimed(result.metrics))
        for (result,) in trainer.epochs(state, start)
    ]


@pytest.mark.slow
def test_a_run_is_train_epoch_repeated(tiny: Config, splits: DatasetSplits) -> None:
    keys, train = split_keys(tiny.seed), jax.device_put(splits.train)
    phases = [phase.name for phase in tiny.phases()]
    expected = first_state(tiny)
    epochs = run(tiny, splits)
    assert [metrics["epoch"] for _, metrics in epochs] == [1, 2, 3]
    for epoch, (actual, metrics) in enumerate(epochs):
        order = epoch_order(tiny, keys.shuffle, epoch)
        expected, losses = train_epoch(tiny, expected, train, order, keys.noise)
        assert_equal(actual, jax.device_get(expected))
        validated = tiny.validate(expected.params, *splits.validation)
        examined = ["dead_units"] if tiny.activation == "relu" else []
        assert list(metrics) == ["epoch", *phases, *validated, *examined]
        for name in phases:
            np.testing.assert_allclose(metrics[name], losses[name].mean(), atol=1e-5)
        for name, value in validated.items():
            np.testing.assert_allclose(metrics[name], value, atol=1e-5)


@dataclass(frozen=True)
class OneImage(Supervised):
    """Trains on the first validation image alone, whatever data it is fed."""

    def extra(self, splits: DatasetSplits) -> np.ndarray:
        return splits.validation.images[0]

    def batch(self, data: Any, indices: jax.Array, extra: jax.Array) -> Any:
        batch = super().batch(data, indices, ())
        images = jnp.broadcast_to(pixels(extra), batch.images.shape)
        return batch._replace(images=images)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seeds", "chunk_images"), [([0], None), ([0], 17), ([0, 1], None)]
)
def test_what_a_config_keeps_on_the_devices_is_seen_by_every_step(
    tutorial: Config,
    splits: DatasetSplits,
    seeds: list[int],
    chunk_images: int | None,
) -> None:
    images = np.broadcast_to(splits.validation.images[0], splits.train.images.shape)
    same = replace(splits, train=splits.train._replace(images=images))
    (*_, (expected, _)) = run(tutorial, same)
    trainer = make_trainer(
        alike(OneImage, tutorial), seeds, splits, chunk_images=chunk_images
    )
    *_, results = trainer.epochs(trainer.initial_state(), start=0)
    assert_close(jax.device_get(results[0].state), expected)


@pytest.mark.slow
def test_speed_is_that_of_training_and_time_is_that_of_the_epoch(
    tutorial: Config, splits: DatasetSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A clock that ticks once whenever it is read: before and after training, and last.
    clock = SimpleNamespace(perf_counter=itertools.count().__next__)
    monkeypatch.setattr(trainer_module, "time", clock)
    trainer = make_trainer(tutorial, [0], splits)
    for (result,) in trainer.epochs(trainer.initial_state(), start=0):
        assert result.metrics["images_per_second"] == 5 * 8 / 1
        assert result.metrics["seconds"] == 2


@pytest.mark.slow
def test_a_resumed_run_equals_an_uninterrupted_one(
    tiny: Config, splits: DatasetSplits
) -> None:
    whole = run(tiny, splits)
    saved, _ = whole[0]
    assert_equal(run(tiny, splits, saved, start=1), whole[1:])


def test_a_finished_run_has_no_epochs_left(
    tutorial: Config, splits: DatasetSplits
) -> None:
    assert run(tutorial, splits, start=3) == []


def test_nothing_is_compiled_after_the_first_epoch(
    tutorial: Config, splits: DatasetSplits, compilations: list[Any]
) -> None:
    trainer = make_trainer(replace(tutorial, generator=Adam(3e-3)), [0], splits)
    epochs = trainer.epochs(trainer.initial_state(), start=0)
    before = len(compilations)
    next(epochs)
    after = len(compilations)
    assert after > before
    assert len(list(epochs)) == 2
    assert len(compilations) == after
