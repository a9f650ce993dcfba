"""A run as a stream of epochs: its plan, its metrics, and how it stops."""

import itertools
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jax
import numpy as np
import pytest
from trees import assert_close, assert_equal

from aae_jax import loop
from aae_jax.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.errors import RunError
from aae_jax.evaluation import validate
from aae_jax.loop import LOSSES, first_state, run_epochs
from aae_jax.randomness import epoch_order, split_keys
from aae_jax.state import TrainState
from aae_jax.training import train_epoch

CLOCK = ("images_per_second", "seconds")


def run(
    config: Config, state: TrainState, splits: DatasetSplits, start: int = 0
) -> list[tuple[TrainState, dict[str, Any]]]:
    """Each epoch's state, copied to the host, and its metrics without the clock's."""
    return [
        (
            jax.tree.map(np.array, state),
            {name: value for name, value in metrics.items() if name not in CLOCK},
        )
        for state, metrics in run_epochs(config, state, splits, start)
    ]


def test_a_run_is_train_epoch_repeated(
    tiny: Config, state: TrainState, splits: DatasetSplits
) -> None:
    keys, train = split_keys(tiny.seed), jax.device_put(splits.train)
    expected = first_state(tiny)
    epochs = run(tiny, state, splits)
    assert [metrics["epoch"] for _, metrics in epochs] == [1, 2, 3]
    for epoch, (actual, metrics) in enumerate(epochs):
        order = epoch_order(tiny, keys.shuffle, epoch)
        expected, losses = train_epoch(tiny, expected, train, order, keys.noise)
        described = validate(tiny, expected.params, *splits.validation)
        assert_equal(actual, jax.device_get(expected))
        means = {name: losses[name].mean() for name in LOSSES}
        assert_close({name: metrics[name] for name in LOSSES}, means)
        assert metrics["validation_error"] == pytest.approx(float(described.error))
        np.testing.assert_allclose(metrics["code_mean"], described.code_mean)
        np.testing.assert_allclose(metrics["code_std"], described.code_std)


def test_speed_is_that_of_training_and_time_is_that_of_the_epoch(
    tutorial: Config, splits: DatasetSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A clock that ticks once whenever it is read: before and after training, and last.
    clock = SimpleNamespace(perf_counter=itertools.count().__next__)
    monkeypatch.setattr(loop, "time", clock)
    for epoch in run_epochs(tutorial, first_state(tutorial), splits, start=0):
        assert epoch.metrics["images_per_second"] == 5 * 8 / 1
        assert epoch.metrics["seconds"] == 2


def test_a_resumed_run_equals_an_uninterrupted_one(
    tiny: Config, state: TrainState, splits: DatasetSplits
) -> None:
    whole = run(tiny, state, splits)
    saved, _ = whole[0]
    assert_equal(run(tiny, jax.device_put(saved), splits, start=1), whole[1:])


def test_a_finished_run_has_no_epochs_left(
    tutorial: Config, splits: DatasetSplits
) -> None:
    assert run(tutorial, first_state(tutorial), splits, start=3) == []


def test_nothing_is_compiled_after_the_first_epoch(
    tutorial: Config, splits: DatasetSplits, compilations: list[Any]
) -> None:
    config, state = replace(tutorial, generator_lr=3e-3), first_state(tutorial)
    epochs = run_epochs(config, state, splits, start=0)
    before = len(compilations)
    next(epochs)
    after = len(compilations)
    assert after > before
    assert len(list(epochs)) == 2
    assert len(compilations) == after


def test_divergence_ends_the_run_and_names_epoch_and_metric(
    tutorial: Config, splits: DatasetSplits
) -> None:
    absurd = replace(tutorial, reconstruction_lr=1e30)
    with pytest.raises(RunError, match=r"in epoch 1: \w+ is not finite.*learning rate"):
        run(absurd, first_state(tutorial), splits)
