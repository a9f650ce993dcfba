"""Event files: read back by TensorBoard's own reader, and cut back exactly."""

from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from aae_jax.events import EventLog, cut_events, tile


def write(folder: Path, epochs: range) -> None:
    log = EventLog(folder, epochs.start - 1)
    rng = np.random.default_rng(0)
    for epoch in epochs:
        log.scalars(
            {
                "epoch": epoch,
                "reconstruction": 0.5 / epoch,
                "discriminator": 1.4,
                "generator": 0.7,
                "validation_error": 0.6 / epoch,
                "images_per_second": 1e4,
            }
        )
        log.histograms(epoch, {"codes": rng.normal(size=(50, 3))})
        log.pictures(epoch, {"styles": rng.random((2, 3, 5, 4))})
    log.close()


def read(folder: Path) -> EventAccumulator:
    accumulator = EventAccumulator(
        str(folder), size_guidance={"images": 0, "histograms": 0}
    )
    return accumulator.Reload()


def steps(events: EventAccumulator, tag: str = "loss/reconstruction") -> list[int]:
    return [event.step for event in events.Scalars(tag)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, range(1, 6))
    return tmp_path


def test_tensorboard_reads_what_was_written(folder: Path) -> None:
    events = read(folder)
    assert steps(events) == [1, 2, 3, 4, 5]
    assert events.Scalars("loss/reconstruction")[1].value == pytest.approx(0.25)
    assert [event.step for event in events.Histograms("latent/codes")] == [
        1,
        2,
        3,
        4,
        5,
    ]
    image = events.Images("images/styles")[0]
    assert (image.height, image.width) == (2 * 5, 3 * 4)


def test_later_epochs_are_cut_and_earlier_ones_kept(folder: Path) -> None:
    cut_events(folder, 3)
    events = read(folder)
    assert steps(events) == [1, 2, 3]
    assert len(events.Images("images/styles")) == 3
    write(folder, range(4, 6))
    assert steps(read(folder)) == [1, 2, 3, 4, 5]


def test_an_event_cut_short_is_dropped(folder: Path) -> None:
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[:-3])
    cut_events(folder, 99)
    events = read(folder)
    assert steps(events) == [1, 2, 3, 4, 5]
    assert len(events.Images("images/styles")) == 4


def test_a_garbled_event_and_what_follows_is_dropped(folder: Path) -> None:
    (path,) = folder.iterdir()
    data = bytearray(path.read_bytes())
    middle = data.index(b"loss/generator", len(data) // 2)
    data[middle - 8 : middle] = b"\xff" * 8
    path.write_bytes(data)
    cut_events(folder, 99)
    assert path.stat().st_size < len(data)
    write(folder, range(6, 7))
    assert steps(read(folder))[-1] == 6


def test_tiles_lie_where_a_reader_expects_them() -> None:
    images = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    picture = tile(images)
    np.testing.assert_array_equal(picture[4:8, 10:15], images[1, 2])
