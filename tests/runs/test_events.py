"""Event files: read back by TensorBoard's own reader, and cut back exactly."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from aae_jax.core.abilities import DecodesLabels, FindsClusters, HasPrior
from aae_jax.core.config import Config
from aae_jax.core.pictures import Codes, Picture, Reconstructions, Samples, StyleGrid
from aae_jax.data import DatasetSplits
from aae_jax.runs.events import EventLog, cut_events, tile
from aae_jax.runs.recorder import loss_names, take_pictures
from tests.support.configs import first_state

LOSSES = ["reconstruction", "discriminator", "generator"]


def metrics(epoch: int, losses: list[str] = LOSSES) -> dict[str, Any]:
    return {
        "epoch": epoch,
        **{name: (1 + place) / epoch for place, name in enumerate(losses)},
        "validation_error": 0.6 / epoch,
        "images_per_second": 1e4,
    }


def some_pictures(seed: int) -> dict[str, Picture]:
    rng = np.random.default_rng(seed)
    rows, columns = rng.random((2, 3, 5, 4, 1)), rng.random((7, 5, 4, 1))
    z = rng.normal(size=(50, 3))
    return {
        "style_grid": StyleGrid(rows),
        "samples": Samples(rows),
        "reconstructions": Reconstructions(columns, columns, np.float32(0.1)),
        "posterior": Codes(z, 5 * z),
    }


def write(folder: Path, epochs: range) -> None:
    log = EventLog(folder, LOSSES, epochs.start - 1)
    for epoch in epochs:
        log.scalars(metrics(epoch))
        log.pictures(epoch, some_pictures(epoch))
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
    assert events.Scalars("loss/generator")[1].value == pytest.approx(1.5)
    codes, prior = (events.Histograms(f"latent/{of}") for of in ("codes", "prior"))
    assert [event.step for event in codes] == [1, 2, 3, 4, 5]
    assert prior[0].histogram_value.max > 4 * codes[0].histogram_value.max
    shapes = {
        name: (image.height, image.width)
        for name in ("style_grid", "samples", "reconstructions")
        for image in events.Images(f"images/{name}")[:1]
    }
    assert shapes == {
        "style_grid": (2 * 5, 3 * 4),
        "samples": (2 * 5, 3 * 4),
        "reconstructions": (2 * 5, 7 * 4),
    }


@pytest.mark.slow
def test_every_algorithm_has_its_own_tags(
    tmp_path: Path, algorithm: Config, splits: DatasetSplits
) -> None:
    losses = loss_names(algorithm)
    pictures = take_pictures(algorithm, first_state(algorithm).params, splits)
    log = EventLog(tmp_path, losses)
    log.scalars(metrics(1, losses))
    log.pictures(1, pictures)
    log.close()
    tags = read(tmp_path).Tags()
    assert tags["scalars"] == [
        *(f"loss/{phase.name}" for phase in algorithm.phases()),
        "error/validation",
        "speed/images_per_second",
    ]
    grid = "style_grid" if isinstance(algorithm, DecodesLabels) else "samples"
    shown = {grid, "reconstructions"}
    if algorithm.code_dim == 2:
        shown |= {"map", "components"}
    if isinstance(algorithm, FindsClusters):
        shown |= {"clusters"}
    assert set(tags["images"]) == {f"images/{name}" for name in shown}
    prior = ["latent/prior"] * isinstance(algorithm, HasPrior)
    assert tags["histograms"] == ["latent/codes", *prior]


def test_later_epochs_are_cut_and_earlier_ones_kept(folder: Path) -> None:
    cut_events(folder, 3)
    events = read(folder)
    assert steps(events) == [1, 2, 3]
    assert len(events.Images("images/style_grid")) == 3
    write(folder, range(4, 6))
    assert steps(read(folder)) == [1, 2, 3, 4, 5]


def test_an_event_cut_short_is_dropped(folder: Path) -> None:
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[:-3])
    cut_events(folder, 99)
    events = read(folder)
    assert steps(events) == [1, 2, 3, 4, 5]
    assert len(events.Histograms("latent/prior")) == 4


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
    images = np.arange(2 * 3 * 4 * 5 * 3).reshape(2, 3, 4, 5, 3)
    picture = tile(images)
    assert picture.shape == (2 * 4, 3 * 5, 3)
    np.testing.assert_array_equal(picture[4:8, 10:15], images[1, 2])
