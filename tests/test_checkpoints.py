"""Checkpoints: exact, kept in a small number, and refused in words."""

import json
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest
from jax.sharding import AxisType, NamedSharding, PartitionSpec

from aae_jax.checkpoints import (
    NUM_KEPT,
    latest_epoch,
    open_checkpoints,
    restore_params,
    restore_state,
    save_checkpoint,
)
from aae_jax.config import Config
from aae_jax.errors import RunError
from aae_jax.state import TrainState, init_state

CONFIG = Config(image_shape=(5, 4), num_train=640, latent_dim=2, hidden_dim=6)


@pytest.fixture
def state() -> TrainState:
    return init_state(CONFIG, jax.random.key(0))


def save(run: Path, state: TrainState, *epochs: int) -> None:
    with open_checkpoints(run) as checkpoints:
        for epoch in epochs:
            save_checkpoint(checkpoints, epoch, CONFIG, state)


def assert_equal(left: object, right: object) -> None:
    assert jax.tree.structure(left) == jax.tree.structure(right)
    jax.tree.map(np.testing.assert_array_equal, left, right)


def test_the_state_comes_back_exactly(tmp_path: Path, state: TrainState) -> None:
    state = state.replace(step=state.step + 12)
    save(tmp_path, state, 3)
    assert latest_epoch(tmp_path) == 3
    assert_equal(restore_state(tmp_path, CONFIG), state)
    assert_equal(restore_params(tmp_path, CONFIG), state.params)


def test_only_the_newest_are_kept(tmp_path: Path, state: TrainState) -> None:
    save(tmp_path, state, *range(1, NUM_KEPT + 3))
    kept = sorted(int(path.name) for path in (tmp_path / "checkpoints").iterdir())
    assert kept == list(range(3, NUM_KEPT + 3))


def test_an_unfinished_save_is_no_checkpoint(tmp_path: Path, state: TrainState) -> None:
    assert latest_epoch(tmp_path) is None
    save(tmp_path, state, 1)
    finished = tmp_path / "checkpoints" / "1"
    finished.rename(finished.with_name("2.orbax-checkpoint-tmp"))
    assert latest_epoch(tmp_path) is None
    save(tmp_path, state, 2)
    assert latest_epoch(tmp_path) == 2


def test_relative_paths_and_other_devices(
    tmp_path: Path, state: TrainState, monkeypatch: pytest.MonkeyPatch
) -> None:
    mesh = jax.make_mesh((4,), ("data",), axis_types=(AxisType.Auto,))
    everywhere = jax.device_put(state, NamedSharding(mesh, PartitionSpec()))
    save(tmp_path / "four", everywhere, 1)
    monkeypatch.chdir(tmp_path)
    restored = restore_state(Path("four"), CONFIG)
    assert_equal(restored, state)
    devices = {next(iter(leaf.devices())) for leaf in jax.tree.leaves(restored)}
    assert devices == {jax.devices()[0]}


def test_another_architecture_is_refused_in_words(
    tmp_path: Path, state: TrainState
) -> None:
    save(tmp_path, state, 1)
    with pytest.raises(RunError, match="hidden_dim 6 in the checkpoint, 7 in config"):
        restore_params(tmp_path, replace(CONFIG, hidden_dim=7))
    with pytest.raises(RunError, match="image_shape"):
        restore_state(tmp_path, replace(CONFIG, image_shape=(4, 5)))
    restore_state(tmp_path, replace(CONFIG, epochs=5000))
    with pytest.raises(RunError, match="epochs 1000 in the checkpoint, 5000 in config"):
        restore_state(tmp_path, replace(CONFIG, epochs=5000, schedule="cosine"))


def test_a_finished_run_may_be_painted_otherwise(
    tmp_path: Path, state: TrainState
) -> None:
    save(tmp_path, state, 1)
    params = restore_params(tmp_path, replace(CONFIG, temperature=0.5))
    assert_equal(params, state.params)


def test_what_an_older_checkpoint_did_not_know_had_its_default(
    tmp_path: Path, state: TrainState
) -> None:
    save(tmp_path, state, 1)
    (saved,) = tmp_path.glob("checkpoints/1/config/metadata")
    known = json.loads(saved.read_text())
    del known["latent_noise"]
    saved.write_text(json.dumps(known))
    restore_params(tmp_path, replace(CONFIG, latent_noise=0.0))
    with pytest.raises(RunError, match=r"latent_noise 0.0 in the checkpoint, 0.3"):
        restore_params(tmp_path, replace(CONFIG, latent_noise=0.3))


def test_a_damaged_checkpoint_is_refused_in_words(
    tmp_path: Path, state: TrainState
) -> None:
    save(tmp_path, state, 1)
    for path in (tmp_path / "checkpoints" / "1" / "params").rglob("*"):
        if path.is_file():
            path.write_bytes(b"damaged")
    with pytest.raises(RunError, match=r"checkpoint 1 .* cannot be read .*: delete"):
        restore_params(tmp_path, CONFIG)
