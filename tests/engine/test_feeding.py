"""A training set that is fed in chunks, against the same on the devices as a whole."""

from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from aae_jax.core.config import Config
from aae_jax.data import Dataset, DatasetSplits
from aae_jax.engine import feeding
from aae_jax.engine.devices import make_mesh
from aae_jax.engine.feeding import make_feed
from aae_jax.engine.trainer import make_trainer
from tests.support.results import untimed
from tests.support.trees import assert_close


# 5 steps of 8 images: chunks of 2, 2 and 1 steps; or on four devices of 1 each, which
# add up gradients in an order of their own.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("chunk_images", "devices", "tolerance"), [(17, 1, 0.0), (1, 4, 1e-6)]
)
def test_a_memory_mapped_set_in_chunks_equals_the_resident_one(
    default: Config,
    splits: DatasetSplits,
    tmp_path: Path,
    chunk_images: int,
    devices: int,
    tolerance: float,
) -> None:
    if devices > jax.device_count():
        pytest.skip("needs 4 devices")
    np.save(tmp_path / "images.npy", splits.train.images)
    images = np.load(tmp_path / "images.npy", mmap_mode="r")
    mapped = replace(splits, train=Dataset(images, splits.train.labels))
    chunked, whole = (
        make_trainer(default, [0], source, devices=devices, chunk_images=size)
        for source, size in ((mapped, chunk_images), (splits, None))
    )
    for (one,), (other,) in zip(
        chunked.epochs(chunked.initial_state(), start=0),
        whole.epochs(whole.initial_state(), start=0),
        strict=True,
    ):
        assert_close(*jax.device_get((one.state, other.state)), tolerance)
        assert_close(untimed(one.metrics), untimed(other.metrics), tolerance)


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
    feed = make_feed(splits.train, make_mesh(1, 8, "batch-size"), 8, None)
    order = jax.numpy.arange(40).reshape(5, 8)
    assert [len(part) for _, part in feed.chunks(order)] == steps


def test_chunks_hold_the_images_that_their_order_means(splits: DatasetSplits) -> None:
    feed = make_feed(splits.train, make_mesh(1, 8, "batch-size"), 8, 17)
    order = jax.numpy.arange(42, 2, -1).reshape(5, 8)
    chunks = list(feed.chunks(order))
    for field in range(2):
        fed = np.concatenate([np.asarray(data[field][part]) for data, part in chunks])
        np.testing.assert_array_equal(fed, splits.train[field][np.asarray(order)])
    shapes = {(data.images.shape, part.shape) for data, part in feed.shapes(order)}
    assert shapes == {(data.images.shape, part.shape) for data, part in chunks}
