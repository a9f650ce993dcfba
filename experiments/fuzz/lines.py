"""Random command lines: flags that there are, with values that may be anything."""

from pathlib import Path

import numpy as np

from aae_jax.algorithms.recipes import RECIPES
from aae_jax.commands import sample, starting
from aae_jax.commands.request import parse

VALUES = (
    "0", "1", "2", "7", "64", "-1", "1e-3", "0.5", "-0.1", "1e400", "nan", "inf",
    "True", "", " ", "x", "10", "1000000000000", "4294967296", "9" * 30,
    "gaussian", "mixture",
    "swiss_roll", "conv", "dense", "cosine", "constant", "relu", "digits", "none.npz",
    "~nobody-here/x", "a\0b", "\ud800", "--seed", "é", "../..", "1_000", "0x10", "٣",
)  # fmt: skip
FLAGS = (
    "latent-dim", "hidden-dim", "weight-init", "activation", "temperature", "schedule",
    "warmup-epochs", "batch-size", "epochs", "seed", "prior", "prior.std", "network",
    "generator.lr", "generator.hold", "discriminator.beta1", "reconstruction.lr",
    "num-labels", "agreement-weight", "num-clusters", "checkpoint-seconds", "num-seeds",
    "devices", "chunk-images", "dataset", "recipe", "run-dir", "data-dir",
    "coordinator", "num-processes", "process-id", "nonsense", "resume",
    "no-profile", "image-shape",
)  # fmt: skip
WRITTEN = ("3", "20260", "3,7", "12", "", "é", "0" * 50, "..", "a/b", "-1", "٣", "1,,2")


def train_line(rng: np.random.Generator, folder: Path) -> bool:
    """Parse a line and prepare its training, as far as no directory is made."""
    argv = ["--recipe", str(rng.choice(list(RECIPES))), "--dataset", "digits"]
    argv = argv if rng.random() < 0.9 else []
    for flag in rng.choice(FLAGS, rng.integers(0, 5)):
        value = str(rng.choice(np.array(VALUES, object)))
        argv += [f"--{flag}={value}"] if rng.random() < 0.5 else [f"--{flag}", value]
    request = parse(argv)
    prepared = starting.prepare(request)
    parsed = {name: getattr(prepared.config, name, None) for name in request.changes}
    return all(
        parsed[name] == value
        for name, value in request.changes.items()
        if "." not in name and not isinstance(value, str)
    )


def sample_line(rng: np.random.Generator, folder: Path) -> bool:
    """Draw from the digits of the package, and look for the picture."""
    argv = ["--pretrained", "digits", "--num-styles", str(rng.integers(-1, 4))]
    chosen = ("--write", "--digits", "--seed", "--image", "--run-dir")
    for flag in rng.choice(chosen, rng.integers(0, 3)):
        argv += [str(flag), str(rng.choice(WRITTEN))]
    return sample.main(argv) == 0 and any(folder.rglob("*.png"))
