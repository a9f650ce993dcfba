"""Random pictures: formats, modes, sizes, tones and wrong bytes."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from aae_jax.imaging import Framing, prepare_picture, read_picture
from experiments.fuzz.arrays import wrong_bytes

MODES = ("1", "L", "LA", "RGB", "RGBA", "P", "CMYK", "I;16", "I", "F")
FORMATS = ("png", "jpg", "gif", "bmp", "tif", "webp", "ppm", "txt", "npz")


def picture(rng: np.random.Generator, folder: Path) -> bool:
    """Prepare a picture of a stroke; if it is taken, there is ink on an even ground."""
    width, height = map(int, rng.integers(1, 200, 2))
    tones = rng.integers(0, 256, 2).tolist()
    drawn = Image.new("L", (width, height), tones[0])
    ends = (rng.random((3, 2)) * [width, height]).ravel().tolist()
    ImageDraw.Draw(drawn).line(ends, fill=tones[1], width=int(rng.integers(1, 12)))
    path = folder / f"drawn.{rng.choice(FORMATS)}"
    try:
        drawn.convert(str(rng.choice(MODES))).save(path)
    except (OSError, ValueError):
        path.write_bytes(rng.bytes(200))
    wrong_bytes(rng, path)
    shape = (28, 28, int(rng.choice([1, 3])))
    found = prepare_picture(read_picture(path, channels=shape[-1]), Framing(), shape)
    in_range = bool(np.isfinite(found).all() and found.min() >= 0 and found.max() <= 1)
    return found.shape == shape and in_range and (shape[-1] == 3 or found.max() > 0.3)
