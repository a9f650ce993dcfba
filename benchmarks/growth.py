"""What a training step costs as one thing grows: batch, width, dataset, seeds at once.

    python -m benchmarks.growth

Each case is plain train.py's step with one thing changed, a few steps of the compiled
epoch on random pictures. The cases of one kind run in turn, with the unchanged step
among them, which every ratio is to.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import numpy as np
import tyro

from aae_jax.config import Config
from aae_jax.data import Dataset
from aae_jax.loop import first_state
from aae_jax.randomness import epoch_order, split_keys
from aae_jax.recipes import DEFAULT
from aae_jax.state import init_state
from aae_jax.training import train_epoch
from benchmarks.measuring import alternate, ratio, report, spread_of


@dataclass(frozen=True)
class Arguments:
    """Time the training step against batch, width, dataset size and seeds at once."""

    batch_sizes: tuple[int, ...] = (25, 50, 200, 500, 1000)
    """Images in a batch, beside the recipe's 100."""

    hidden_dims: tuple[int, ...] = (250, 500, 2000)
    """Widths of the hidden layers, beside --hidden-dim."""

    dataset_sizes: tuple[int, ...] = (15_000, 200_000)
    """Training images, beside 55,000."""

    seeds: tuple[int, ...] = (2, 4, 8)
    """Seeds that are trained at once, beside 1."""

    hidden_dim: int = DEFAULT.hidden_dim
    """Width of the unchanged networks."""

    num_steps: int = 10
    """Steps in a timed round."""

    repeats: int = 5
    """Rounds; medians are reported."""


@dataclass(frozen=True)
class Case:
    """What is trained: a config, and how many seeds of it at once."""

    name: str
    config: Config
    num_seeds: int = 1


class Training:
    """A case in training; `losses` of its last steps: [steps], or [seeds, steps]."""

    def __init__(self, case: Case, num_steps: int):
        config, rng = case.config, np.random.default_rng(0)
        shape = (config.num_train, *config.image_shape)
        images = rng.integers(0, 256, shape, dtype=np.uint8)
        labels = np.arange(config.num_train, dtype=np.int32) % config.num_classes
        self._data = jax.device_put(Dataset(images, labels))
        start = (
            start_one if case.num_seeds == 1 else partial(start_many, case.num_seeds)
        )
        self._epoch, self._state, self._order, self._key = start(config, num_steps)
        self.losses: dict[str, jax.Array] = {}

    def __call__(self) -> None:
        """Run `num_steps` steps and wait for them."""
        self._state, self.losses = jax.block_until_ready(
            self._epoch(self._state, self._data, self._order, self._key)
        )


def start_one(config: Config, num_steps: int) -> tuple[Any, ...]:
    """Return the epoch, first state, order and key of training one seed."""
    keys = split_keys(config.seed)
    order = epoch_order(config, keys.shuffle, 0)[:num_steps]
    return partial(train_epoch, config), first_state(config), order, keys.noise


def start_many(num_seeds: int, config: Config, num_steps: int) -> tuple[Any, ...]:
    """Return the same of the seeds 0 to `num_seeds` - 1 at once: [seeds, ...] each."""

    def start(seed: jax.Array) -> tuple[Any, ...]:
        keys = split_keys(seed)
        order = epoch_order(config, keys.shuffle, 0)[:num_steps]
        return init_state(config, keys.init), order, keys.noise

    mapped = jax.vmap(partial(train_epoch, config), in_axes=(0, None, 0, 0))
    epoch = jax.jit(mapped, donate_argnums=0)
    return epoch, *jax.jit(jax.vmap(start))(np.arange(num_seeds, dtype=np.uint32))


def kinds(arguments: Arguments) -> dict[str, list[Case]]:
    """Return the cases by what grows, the unchanged one among those of each kind."""
    base = unchanged(arguments).config

    def changed(field: str, values: tuple[int, ...]) -> list[Case]:
        known = sorted({getattr(base, field), *values})
        return [Case(f"{value:,}", replace(base, **{field: value})) for value in known]

    return {
        "batch": changed("batch_size", arguments.batch_sizes),
        "width": changed("hidden_dim", arguments.hidden_dims),
        "training images": changed("num_train", arguments.dataset_sizes),
        "seeds at once": [
            Case(str(count), base, count) for count in sorted({1, *arguments.seeds})
        ],
    }


def unchanged(arguments: Arguments) -> Case:
    """Return the case that every ratio is to."""
    return Case("", replace(DEFAULT, hidden_dim=arguments.hidden_dim))


def main(arguments: Arguments) -> None:
    """Measure kind by kind and write down what a step and an image cost."""
    rows = [["", "", "ms a step", "images/s", "step / unchanged", "image / unchanged"]]
    results, base = {}, unchanged(arguments)
    for kind, cases in kinds(arguments).items():
        trainings = {case.name: Training(case, arguments.num_steps) for case in cases}
        rounds = alternate(trainings, arguments.repeats)
        steps = {name: times / arguments.num_steps for name, times in rounds.items()}
        (reference,) = (
            case.name for case in cases if replace(case, name=base.name) == base
        )
        rows += [
            row_of(kind, case, steps[case.name], steps[reference]) for case in cases
        ]
        results[kind] = {name: times.tolist() for name, times in steps.items()}
    report("growth", rows, {"seconds_a_step": results})


def row_of(kind: str, case: Case, step: np.ndarray, reference: np.ndarray) -> list[str]:
    """Return the row of one case, of seconds a step [repeats] and of the unchanged.

    An image that is shown to several seeds counts as often.
    """
    images = case.config.batch_size * case.num_seeds
    dearer = ratio(step, reference)
    more = images / DEFAULT.batch_size
    return [
        kind,
        case.name,
        f"{1e3 * spread_of(step).median:.3g}",
        f"{spread_of(images / step).median:,.0f}",
        str(dearer),
        f"{dearer.median / more:.3g}",
    ]


if __name__ == "__main__":
    main(tyro.cli(Arguments))
