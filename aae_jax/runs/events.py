"""TensorBoard event files, written and cut back without TensorFlow."""

import struct
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError
from tensorboardX import summary
from tensorboardX.event_file_writer import EventsWriter
from tensorboardX.proto.event_pb2 import Event

from aae_jax.core.pictures import Codes, Picture, Plane, Reconstructions

TAGS = {
    "validation_error": "error/validation",
    "images_per_second": "speed/images_per_second",
}
"""The TensorBoard tags that are neither `loss/` nor `validation/` and a name."""

NUM_BINS = 64
"""Of a histogram."""


class EventLog:
    """Writes one run's scalars, histograms and pictures; the step is the epoch."""

    def __init__(self, folder: Path, losses: Iterable[str], start: int = 0):
        """Begin a file for what follows epoch `start`, beside those of before.

        Args:
          folder: Where the files of the run lie.
          losses: The names of the phases, each of which is a metric.
          start: Number of epochs that are done.
        """
        self._tags = {**{name: f"loss/{name}" for name in losses}, **TAGS}
        folder.mkdir(parents=True, exist_ok=True)
        self._writer = EventsWriter(str(folder / "events"), f".after{start}")

    def scalars(self, metrics: dict[str, Any]) -> None:
        """Write the numbers of one epoch: losses, what validation found, speed."""
        for name, value in metrics.items():
            if isinstance(value, float) and name != "seconds":
                tag = self._tags.get(name, f"validation/{name}")
                self._write(summary.scalar(tag, value), metrics["epoch"])
        self._writer.flush()

    def pictures(self, epoch: int, pictures: dict[str, Picture]) -> None:
        """Write what the figures of a state show, each kind in its own way."""
        for name, picture in pictures.items():
            if isinstance(picture, Codes):
                self._histogram("latent/codes", picture.codes, epoch)
                if picture.prior is not None:
                    self._histogram("latent/prior", picture.prior, epoch)
            elif isinstance(picture, Reconstructions):
                both = np.stack([picture.images, picture.reconstructions])
                self._tiles(f"images/{name}", both, epoch)
            elif not isinstance(picture, Plane):
                self._tiles(f"images/{name}", np.asarray(picture.images), epoch)
        self._writer.flush()

    def close(self) -> None:
        """Write out what is pending and close the file."""
        self._writer.close()

    def _histogram(self, tag: str, values: Any, epoch: int) -> None:
        self._write(summary.histogram(tag, np.ravel(values), NUM_BINS), epoch)

    def _tiles(self, tag: str, images: np.ndarray, epoch: int) -> None:
        self._write(summary.image(tag, tile(images), dataformats="HWC"), epoch)

    def _write(self, what: Any, epoch: int) -> None:
        event = Event(wall_time=time.time(), step=epoch, summary=what)
        self._writer.write_event(event)


def tile(images: np.ndarray) -> np.ndarray:
    """Lay images [rows, columns, H, W, C] out as a picture [rows H, columns W, C]."""
    rows, columns, height, width, channels = images.shape
    picture = images.transpose(0, 2, 1, 3, 4)
    return picture.reshape(rows * height, columns * width, channels)


def cut_events(folder: Path, last_epoch: int) -> None:
    """Drop the events after `last_epoch`, and any that an interruption cut short."""
    for path in folder.glob("events.out.tfevents.*"):
        kept = 0
        for event, end in read_events(path.read_bytes()):
            if event.step > last_epoch:
                break
            kept = end
        with path.open("r+b") as file:
            file.truncate(kept)


def read_events(data: bytes) -> Iterator[tuple[Event, int]]:
    """Yield each whole event and where it ends.

    A record is its length (8 bytes), a checksum (4), the event and a checksum (4).
    """
    start = 0
    while start + 12 <= len(data):
        (length,) = struct.unpack_from("<Q", data, start)
        end = start + 12 + length + 4
        if end > len(data):
            return
        try:
            event = Event.FromString(data[start + 12 : end - 4])
        except DecodeError:
            return
        yield event, end
        start = end
