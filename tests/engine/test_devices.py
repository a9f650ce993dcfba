"""Many devices, without code for them.

Rounding depends on how work is laid out, and an adversarial game amplifies it: two
layouts that agree to 4e-7 after 34 steps of a run may be 0.04 apart after 170. So these
comparisons hold for short runs only, and that is no fault of the layouts.
"""

import os
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest
from jax.sharding import Mesh

from aae_jax.core.config import Config
from aae_jax.core.randomness import epoch_order, split_keys
from aae_jax.data import DatasetSplits
from aae_jax.engine import devices
from aae_jax.engine.devices import (
    everywhere,
    local_copy,
    make_mesh,
    on_host,
    put,
    put_everywhere,
    sharded_along,
)
from aae_jax.engine.epochs import train_epoch
from aae_jax.engine.trainer import make_trainer
from aae_jax.errors import ConfigError
from aae_jax.runs.checkpoints import open_checkpoints, restore_state, save_checkpoint
from tests.support.configs import first_state
from tests.support.results import untimed
from tests.support.trees import assert_close, assert_equal


@pytest.fixture
def mesh() -> Mesh:
    if jax.device_count() < 4:
        pytest.skip("needs 4 devices")
    return make_mesh(4, divided=8, what="batch-size")


@pytest.mark.slow
def test_four_devices_equal_one(
    default: Config, splits: DatasetSplits, mesh: Mesh
) -> None:
    shared, alone = (
        make_trainer(default, [default.seed], splits, devices=count) for count in (4, 1)
    )
    first, expected = shared.initial_state(), alone.initial_state()
    assert_equal(jax.device_get(first), jax.device_get(expected))
    for (one,), (other,) in zip(
        shared.epochs(first, start=0), alone.epochs(expected, start=0), strict=True
    ):
        assert all(len(leaf.devices()) == 4 for leaf in jax.tree.leaves(one.state))
        assert_close(jax.device_get(one.state), jax.device_get(other.state))
        assert_close(untimed(one.metrics), untimed(other.metrics))


@pytest.mark.slow
def test_each_device_has_its_part_of_the_batch(
    default: Config, splits: DatasetSplits, mesh: Mesh
) -> None:
    keys = split_keys(default.seed)
    state = jax.device_put(first_state(default), everywhere(mesh))
    order = np.asarray(epoch_order(default, keys.shuffle, 0))
    shared = put(order, sharded_along(mesh, axis=1))
    data = put_everywhere(splits.train, mesh)
    text = train_epoch.lower(default, state, data, shared, keys.noise).compile()
    # 2 of the 8 images; gradients are summed over all of them.
    assert "f32[2,6,5" in str(text.as_text())
    assert "all-reduce" in str(text.as_text())


@pytest.mark.slow
def test_checkpoints_go_from_four_devices_to_one_and_back(
    default: Config, tmp_path: Path, mesh: Mesh
) -> None:
    expected = jax.device_get(first_state(default))
    for run, placed in (("four", everywhere(mesh)), ("one", None)):
        state = jax.device_put(expected, placed)
        with open_checkpoints(tmp_path / run) as checkpoints:
            save_checkpoint(checkpoints, 1, default, state)
    one = restore_state(tmp_path / "four", default)
    four = restore_state(tmp_path / "one", default, everywhere(mesh))
    for restored, count in ((one, 1), (four, 4)):
        assert_equal(jax.device_get(restored), jax.device_get(expected))
        assert {len(leaf.devices()) for leaf in jax.tree.leaves(restored)} == {count}
    assert {len(leaf.devices()) for leaf in jax.tree.leaves(local_copy(four))} == {1}


def test_arrays_lie_where_they_are_put(mesh: Mesh) -> None:
    array = np.arange(24).reshape(2, 12)
    whole, parts = put(array, everywhere(mesh)), put(array, sharded_along(mesh, axis=1))
    assert [shard.data.shape for shard in whole.addressable_shards] == [(2, 12)] * 4
    assert [shard.data.shape for shard in parts.addressable_shards] == [(2, 3)] * 4
    for placed in (whole, parts):
        np.testing.assert_array_equal(on_host(placed), array)


@pytest.mark.parametrize(
    ("asked", "divided", "message"),
    [
        (3, 100, r"--batch-size is 100, which 3 .* --batch-size 99 or 102, .* 2$"),
        (4, 2, r"--batch-size is 2, which 4 .*: choose --batch-size 4, .* 2$"),
        (99, 99, r"--devices is 99, but JAX finds \d+ .*: choose --devices \d+ or"),
    ],
)
def test_uneven_or_missing_devices_are_refused_with_the_fix(
    asked: int, divided: int, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        make_mesh(asked, divided, "batch-size")


def test_the_fix_is_one_that_the_processes_can_share() -> None:
    said = devices._uneven(4, 99, "batch-size", processes=2)
    assert said.endswith("choose --batch-size 96 or 100")
    said = devices._uneven(4, 98, "batch-size", processes=2)
    assert said.endswith("choose --batch-size 96 or 100, or --devices 2")


def test_a_device_that_jax_cannot_use_is_a_mistake_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> None:
        raise AssertionError

    monkeypatch.setattr(devices.jax, "devices", fail)
    with pytest.raises(ConfigError, match=r"none of that kind.*JAX_PLATFORMS"):
        make_mesh(1, 8, "batch-size")


@pytest.mark.slow
@pytest.mark.parametrize("platform", ["cuda", "nonsense"])
def test_the_first_question_to_jax_fails_in_words(platform: str) -> None:
    if platform == os.environ.get("JAX_PLATFORMS"):
        pytest.skip("it is there")
    program = "from aae_jax.engine.devices import check_devices; check_devices()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "JAX_PLATFORMS": platform},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stderr.splitlines()[-1].startswith(
        "aae_jax.errors.ConfigError: JAX cannot use its devices ("
    )


def test_a_cpu_does_not_pose_as_a_million(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {}
    monkeypatch.setattr(devices.jax.config, "update", asked.__setitem__)
    for num_devices, expected in ((1, 1), (8, 4), (10**6, 256)):
        devices.request_devices(num_devices, num_processes=2)
        assert asked["jax_num_cpu_devices"] == expected


@pytest.mark.parametrize(
    ("backend", "count", "divided", "expected"),
    [("cpu", 4, 100, 1), ("gpu", 4, 100, 4), ("gpu", 3, 100, 2), ("tpu", 4, 7, 1)],
)
def test_by_default_as_many_accelerators_as_share_evenly(
    monkeypatch: pytest.MonkeyPatch,
    backend: str,
    count: int,
    divided: int,
    expected: int,
) -> None:
    monkeypatch.setattr(devices.jax, "default_backend", lambda: backend)
    monkeypatch.setattr(devices.jax, "device_count", lambda: count)
    if expected > jax.local_device_count():
        pytest.skip("needs 4 devices")
    assert make_mesh(None, divided, "batch-size").size == expected
