"""TensorBoard event files, written and cut back without TensorFlow."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from google.protobuf.message import DecodeError
from tensorboardX import SummaryWriter
from tensorboardX.proto.event_pb2 import Event

SCALARS = {
    "reconstruction": "loss/reconstruction",
    "discriminator": "loss/discriminator",
    "generator": "loss/generator",
    "validation_error": "error/validation",
    "images_per_second": "speed/images_per_second",
}
"""The TensorBoard tag of each metric that is a number; some runs lack some."""


class EventLog:
    """Writes one run's scalars, histograms and pictures; the step is the epoch."""

    def __init__(self, folder: Path, start: int = 0):
        """Begin a file for what follows epoch `start`, beside those of before."""
        suffix = f".after{start}"
        self._writer = SummaryWriter(str(folder), filename_suffix=suffix, flush_secs=10)

    def scalars(self, metrics: dict) -> None:
        """Write the losses, validation error and speed of one epoch."""
        for name in SCALARS.keys() & metrics.keys():
            self._writer.add_scalar(SCALARS[name], metrics[name], metrics["epoch"])

    def histograms(self, epoch: int, named_values: dict[str, np.ndarray]) -> None:
        """Write one histogram of all values of each array."""
        for name, values in named_values.items():
            self._writer.add_histogram(f"latent/{name}", values.ravel(), epoch)

    def pictures(self, epoch: int, named_images: dict[str, np.ndarray]) -> None:
        """Write images [R, C, H, W] in [0, 1], each as one picture of R x C tiles."""
        for name, images in named_images.items():
            tiles = tile(images)
            self._writer.add_image(f"images/{name}", tiles, epoch, dataformats="HW")

    def flush(self) -> None:
        """Write out what is pending."""
        self._writer.flush()

    def close(self) -> None:
        """Write out what is pending and close the file."""
        self._writer.close()


def tile(images: np.ndarray) -> np.ndarray:
    """Lay images [R, C, H, W] out as one picture [R * H, C * W]."""
    rows, columns, height, width = images.shape
    return images.transpose(0, 2, 1, 3).reshape(rows * height, columns * width)


def cut_events(folder: Path, last_epoch: int) -> None:
    """Drop the events after `last_epoch`, and any that an interruption cut short."""
    for path in folder.glob("events.out.tfevents.*"):
        kept = 0
        for event, end in _read_events(path.read_bytes()):
            if event.step > last_epoch:
                break
            kept = end
        with path.open("r+b") as file:
            file.truncate(kept)


def _read_events(data: bytes) -> Iterator[tuple[Event, int]]:
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
