"""Random .npz files: sound ones, of other types and shapes, and with wrong bytes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from aae_jax.data import load_dataset

Spoil = Callable[[np.ndarray, np.random.Generator], np.ndarray]

SPOILS: tuple[Spoil, ...] = (
    lambda x, rng: x,
    lambda x, rng: x.astype(
        rng.choice(["?", "i1", "u2", "i4", "f2", "f8", "c8", "U3"])
    ),
    lambda x, rng: x.astype(object),
    lambda x, rng: x / rng.choice([1, 3, 255, 1e9, -2]),
    lambda x, rng: x // rng.choice([1, 2, 16, 255]),
    lambda x, rng: np.moveaxis(x, 0, -1),
    lambda x, rng: x.reshape(len(x), -1),
    lambda x, rng: x[None],
    lambda x, rng: x[..., None],
    lambda x, rng: x[: rng.integers(0, len(x) + 1)],
    lambda x, rng: np.where(rng.random(x.shape) < 0.01, np.nan, x),
    lambda x, rng: np.stack([x] * rng.integers(1, 5), axis=-1),
    lambda x, rng: x - rng.integers(0, 3),
    lambda x, rng: x * rng.integers(0, 9),
    lambda x, rng: x[0],
    lambda x, rng: np.array([f"{value}\n$" for value in x.ravel()]),
)
NAMES = ("images", "labels", "x", "y_train", "../images", "")


def arrays(rng: np.random.Generator, folder: Path) -> bool:
    """Load a file; if it is taken, its pictures and classes are those written."""
    images = rng.integers(0, 256, (60, *rng.integers(1, 9, 2)), dtype=np.uint8)
    labels = rng.permutation(np.arange(60) % rng.integers(1, 5))
    if rng.random() < 0.6:
        images = rng.choice(np.array(SPOILS, object))(images, rng)
    if rng.random() < 0.5:
        labels = rng.choice(np.array(SPOILS, object))(labels, rng)
    named = {"images": images, "labels": labels}
    if rng.random() < 0.1:
        named[str(rng.choice(NAMES))] = named.pop(str(rng.choice(["images", "labels"])))
    path = folder / "set.npz"
    rng.choice(np.array([np.savez, np.savez_compressed], object))(path, **named)
    wrong_bytes(rng, path)
    splits = load_dataset(path)
    parts = (splits.train, splits.validation, splits.test)
    found = [pair for part in parts for pair in zip(*part, strict=True)]
    names = [*splits.class_names, ""]
    return sorted(
        (image.tobytes(), names[label] if splits.num_classes > 1 else "")
        for image, label in found
    ) == sorted(
        (image.tobytes(), "" if str(label) in ("-1", "") else text(label))
        for image, label in zip(images, labels, strict=True)
    )


def text(label: object) -> str:
    """Return the name of a class as the loader shows it."""
    return label.decode() if isinstance(label, bytes) else str(label).strip()


def wrong_bytes(rng: np.random.Generator, path: Path, share: float = 0.2) -> None:
    """Flip some bits of the file, or cut it; of so many files."""
    content = bytearray(path.read_bytes())
    if rng.random() >= share or not content:
        return
    if rng.random() < 0.25:
        del content[rng.integers(len(content)) :]
    for place in rng.integers(max(1, len(content)), size=rng.integers(1, 4)):
        content[place : place + 1] = bytes(
            value ^ 1 << rng.integers(8) for value in content[place : place + 1]
        )
    path.write_bytes(content)
