"""Is a picture of a digit encoded like the digit? In units of the prior's deviation.

    python -m experiments.restyle_codes RUN

Enlarges MNIST test digits 10 times, inverts them, puts them off-center on a 600 x 400
gradient, saves and reads the picture, prepares it, and compares its code with that of
the digit itself. Writes results/restyle_codes.json.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro
from PIL import Image

from aae_jax import encode, load_dataset, load_run
from aae_jax.data import pixels
from aae_jax.imaging import prepare_picture, read_picture
from aae_jax.runs.folder import read_origin
from experiments.results import RESULTS, write_results

HEIGHT, WIDTH, LARGE = 400, 600, 280


@dataclass(frozen=True)
class Arguments:
    """Compare the codes of pictures with the codes of the digits they show."""

    run: tyro.conf.Positional[Path]
    """A run trained on MNIST."""

    num_digits: int = 100
    """How many test digits, from the first."""


def main(arguments: Arguments) -> None:
    """Compare each digit, on either ground, and write down the largest differences."""
    config, params = load_run(arguments.run)
    framing = read_origin(arguments.run).framing
    digits = load_dataset("mnist").test.images[: arguments.num_digits]
    rng = np.random.default_rng(0)
    results, grounds = {}, {"gradient": inked, "white card on gradient": pasted}
    for ground, picture in grounds.items():
        prepared = [
            prepare_picture(saved(picture(digit, rng)), framing, config.image_shape)
            for digit in digits
        ]
        plain = encode(config, params, pixels(digits))
        gaps = np.abs(plain - encode(config, params, np.stack(prepared)))
        largest = np.asarray(gaps.max(axis=1)) / config.scale
        results[ground] = {
            "median": round(float(np.median(largest)), 4),
            "largest": round(float(largest.max()), 4),
            "share_within_half_a_deviation": float(np.mean(largest <= 0.5)),
        }
        print(ground, results[ground])
    found = {"num_digits": len(digits), "largest_difference_in_prior_std": results}
    write_results(RESULTS / "restyle_codes.json", found)


def inked(digit: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Dark ink on a gradient from white to light gray."""
    ground, place = _ground_and_place(rng)
    ground[place] *= 1 - _enlarged(digit)
    return ground


def pasted(digit: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A white card with dark ink, lying on the gradient."""
    ground, place = _ground_and_place(rng)
    ground[place] = 255 * (1 - _enlarged(digit))
    return ground


def saved(picture: np.ndarray) -> np.ndarray:
    """Write the picture as a PNG and read it as a user's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "digit.png")
        Image.fromarray(picture.round().astype(np.uint8)).save(path)
        return read_picture(path)


def _enlarged(digit: np.ndarray) -> np.ndarray:
    size = (LARGE, LARGE)
    large = Image.fromarray(digit[..., 0]).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(large) / 255


def _ground_and_place(rng: np.random.Generator) -> tuple[np.ndarray, tuple]:
    ground = np.tile(np.linspace(255, 180, WIDTH), (HEIGHT, 1))
    top = rng.integers(0, HEIGHT - LARGE + 1)
    left = rng.integers(0, WIDTH - LARGE + 1)
    return ground, (slice(top, top + LARGE), slice(left, left + LARGE))


if __name__ == "__main__":
    main(tyro.cli(Arguments))
