"""Pictures of the user's own, prepared as the images of a dataset were made.

A dataset frames its images in a way of its own: the size of the ink, where it lies,
which tone is ink. `framing_for` tells it, `read_picture` opens a file, and
`prepare_picture` brings the picture into that framing; `preparation_steps` shows how.
"""

from aae_jax.imaging.framing import Framing
from aae_jax.imaging.measuring import framing_for
from aae_jax.imaging.preparation import preparation_steps, prepare_picture
from aae_jax.imaging.reading import read_picture

__all__ = [
    "Framing",
    "framing_for",
    "preparation_steps",
    "prepare_picture",
    "read_picture",
]
