"""Take a photograph and prepare it as a user's picture would be."""

import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from aae_jax.errors import DataError
from aae_jax.imaging import Framing, prepare_picture, read_picture
from experiments.photographs.camera import photograph


class Taken(NamedTuple):
    """A photograph's digit [28, 28, 1] in [0, 1], what it was made into, and how."""

    digit: np.ndarray
    prepared: np.ndarray | None
    thing: str
    light: str


def taken_and_prepared(
    digits: np.ndarray, framing: Framing, number: int, seed: int
) -> Taken:
    """Return what photograph `number` of one of `digits` [N, 28, 28, 1] is made into.

    `prepared` is None if it is refused.
    """
    shot = photograph(digits[..., 0], np.random.default_rng((seed, number)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "digit.jpg")
        path.write_bytes(shot.jpeg)
        try:
            prepared = prepare_picture(read_picture(path), framing, (28, 28, 1))
        except DataError:
            prepared = None
    return Taken(digits[shot.digit] / 255, prepared, shot.thing, shot.light)
