"""Many devices, without code for them.

Rounding depends on how work is laid out, and an adversarial game amplifies it: two
layouts that agree to 4e-7 after 34 steps of a run may be 0.04 apart after 170. So these
comparisons hold for short runs only, and that is no fault of the layouts.
"""

from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest
from jax.sharding import Mesh
from trees import assert_close, assert_equal

from aae_jax import devices, feeding
from aae_jax.checkpoints import open_checkpoints, restore_state, save_checkpoint
from aae_jax.config import Config
from aae_jax.data import Dataset, DatasetSplits
from aae_jax.devices import everywhere, local_copy, make_mesh, on_host, put, split
from aae_jax.errors import ConfigError
from aae_jax.feeding import feed_of, put_data
from aae_jax.loop import LOSSES, first_state, run_epochs
from aae_jax.randomness import epoch_order, split_keys
from aae_jax.training import train_epoch


@pytest.fixture
def mesh() -> Mesh:
    if jax.device_count() < 4:
        pytest.skip("needs 4 devices")
    return make_mesh(4, divided=8, what="batch-size")


def test_four_devices_equal_one(
    default: Config, splits: DatasetSplits, mesh: Mesh
) -> None:
    first = first_state(default, mesh)
    assert_equal(first, first_state(default))
    shared = run_epochs(default, first, splits, start=0, mesh=mesh)
    alone = run_epochs(default, first_state(default), splits, start=0)
    for one, other in zip(shared, alone, strict=True):
        assert all(len(leaf.devices()) == 4 for leaf in jax.tree.leaves(one.state))
        assert_close(jax.device_get(one.state), jax.device_get(other.state))
        for name in (*LOSSES, "validation_error", "code_mean", "code_std"):
            np.testing.assert_allclose(
                one.metrics[name], other.metrics[name], atol=1e-5
            )


def test_each_device_has_its_part_of_the_batch(
    default: Config, splits: DatasetSplits, mesh: Mesh
) -> None:
    keys, state = split_keys(default.seed), first_state(default, mesh)
    order = put(np.asarray(epoch_order(default, keys.shuffle, 0)), split(mesh, axis=1))
    data = put_data(splits.train, mesh)
    text = train_epoch.lower(default, state, data, order, keys.noise).compile()
    # 2 of the 8 images; gradients are summed over all of them.
    assert "f32[2,6,5]" in str(text.as_text())
    assert "all-reduce" in str(text.as_text())


def test_checkpoints_go_from_four_devices_to_one_and_back(
    default: Config, tmp_path: Path, mesh: Mesh
) -> None:
    expected = first_state(default)
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
    whole, parts = put(array, everywhere(mesh)), put(array, split(mesh, axis=1))
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


def test_a_memory_mapped_set_in_chunks_equals_the_resident_one(
    default: Config, splits: DatasetSplits, tmp_path: Path, mesh: Mesh
) -> None:
    np.save(tmp_path / "images.npy", splits.train.images)
    images = np.load(tmp_path / "images.npy", mmap_mode="r")
    mapped = replace(splits, train=Dataset(images, splits.train.labels))
    # 5 steps of 8 images: chunks of 2, 2 and 1 steps; or on four devices of 1 each,
    # which add up gradients in an order of their own.
    for chunk_images, shared, tolerance in ((17, None, 0.0), (1, mesh, 1e-6)):
        chunked, whole = (
            run_epochs(
                default,
                first_state(default, shared),
                source,
                start=0,
                mesh=shared,
                chunk_images=size,
            )
            for source, size in ((mapped, chunk_images), (splits, None))
        )
        for one, other in zip(chunked, whole, strict=True):
            states = jax.device_get((one.state, other.state))
            assert_close(*states, tolerance)
            for name in (*LOSSES, "validation_error"):
                assert one.metrics[name] == pytest.approx(
                    other.metrics[name], rel=0, abs=tolerance
                )


@pytest.mark.parametrize(("limit", "steps"), [(None, [5]), (4 * 500, [2, 2, 1])])
def test_a_set_that_does_not_fit_is_fed_in_chunks(
    splits: DatasetSplits,
    monkeypatch: pytest.MonkeyPatch,
    limit: int | None,
    steps: list[int],
) -> None:
    class Accelerator:
        def memory_stats(self) -> dict[str, int] | None:
            return limit and {"bytes_limit": limit}

    # An image has 30 bytes: a quarter of the memory holds two batches of 8.
    monkeypatch.setattr(feeding.jax, "local_devices", lambda: [Accelerator()])
    feed = feed_of(splits.train, make_mesh(1, 8, "batch-size"), 8, None)
    order = jax.numpy.arange(40).reshape(5, 8)
    assert [len(part) for _, part in feed.parts(order)] == steps
