"""The moving pictures of the texts: the style grid while it is learned, and a walk.

    python -m experiments.animations

Trains the recipe `quick` on MNIST and draws the same styles every few steps, at first
more often; then walks through styles of the package's model. Writes
docs/pictures/training.png and walk.png, which are animated PNGs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import tyro

from aae_jax import config_for, interpolate, load_dataset, load_pretrained, sample_prior
from aae_jax.commands.console import run_command
from aae_jax.core.config import Config
from aae_jax.core.painting import paint_grid
from aae_jax.data import DatasetSplits
from aae_jax.engine.trainer import make_trainer
from aae_jax.plotting import save_animation

BLOCK = 10
"""Steps that are trained at a time."""


@dataclass(frozen=True)
class Arguments:
    """Draw the moving pictures of the texts."""

    recipe: str = "quick"
    """What is trained."""

    dataset: str = "mnist"
    """On what."""

    pretrained: str = "mnist"
    """Whose styles are walked through."""

    frames: int = 60
    """Pictures of each."""

    seed: int = 1
    """Of the styles that are drawn."""

    folder: Path = Path("docs/pictures")
    """Where the pictures go."""


def main(argv: Sequence[str]) -> int:
    """Train, walk, write both and say where; returns the status."""
    asked = tyro.cli(Arguments, args=argv)
    splits = load_dataset(asked.dataset)
    config = config_for(asked.recipe, splits)
    grids = [*grids_of_training(config, splits, asked.frames, asked.seed)]
    last = [grids[-1]] * (asked.frames // 4)
    print(save_animation([*grids, *last], asked.folder / "training.png"))
    print(save_animation(walk(asked), asked.folder / "walk.png"))
    return 0


def grids_of_training(
    config: Config, splits: DatasetSplits, frames: int, seed: int
) -> Iterator[np.ndarray]:
    """Yield the grids [8, K, H, W, C] of the same styles while a config is trained."""
    z = sample_prior(config, jax.random.key(seed), 8)
    labels = jnp.arange(config.num_classes)
    paint = jax.jit(partial(paint_grid, config))
    trainer = make_trainer(config, (config.seed,), splits)
    state, drawn = trainer.initial_state(), moments(config.num_steps, frames)
    for step in range(0, config.num_steps, BLOCK):
        if step in drawn:
            yield np.asarray(paint(state.params, z, labels))
        epoch, done = divmod(step, config.steps_per_epoch)
        if not done:
            order = trainer.compiled.order(epoch)
        for chunk in trainer.feed.chunks(order[done : done + BLOCK]):
            state, _ = trainer.compiled.train(state, chunk)
    yield np.asarray(paint(state.params, z, labels))


def moments(num_steps: int, frames: int) -> set[int]:
    """Return the steps to draw at, each next to a multiple of a block: ever rarer."""
    apart = np.geomspace(BLOCK, num_steps, frames - 1)
    return {0, *(BLOCK * round(step / BLOCK) for step in apart)}


def walk(asked: Arguments) -> list[np.ndarray]:
    """Return all contents, twice as large, on a way through four styles and back."""
    config, params = load_pretrained(asked.pretrained)
    corners = sample_prior(config, jax.random.key(asked.seed), 4)
    ways = pairwise([*corners, corners[0]])
    num = asked.frames // 4 + 1
    z = jnp.concatenate([interpolate(config, *way, num)[:-1] for way in ways])
    grid = paint_grid(config, params, z, jnp.arange(config.num_classes))
    return [*np.asarray(grid)[:, None].repeat(2, axis=-3).repeat(2, axis=-2)]


if __name__ == "__main__":
    run_command(main)
