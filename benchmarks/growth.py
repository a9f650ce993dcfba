"""What a training step costs as one thing grows: batch, width, dataset, seeds at once.

    python -m benchmarks.growth

Each case is plain train.py's step with one thing changed, a few steps of the compiled
epoch on random pictures. The cases of one kind run in turn, with the unchanged step
among them, which every ratio is to.
"""

from dataclasses import dataclass, replace

import numpy as np
import tyro

from aae_jax import Config
from aae_jax.algorithms.recipes import DEFAULT
from benchmarks.measuring import alternate, ratio, report, spread_of
from benchmarks.training import Training


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

    config: Config
    num_seeds: int = 1

    @property
    def num_images(self) -> int:
        """Images of a step; one that is shown to several seeds counts as often."""
        return self.config.batch_size * self.num_seeds


def unchanged(arguments: Arguments) -> Case:
    """Return the case that every ratio is to."""
    return Case(replace(DEFAULT, hidden_dim=arguments.hidden_dim))


def kinds(arguments: Arguments) -> dict[str, dict[str, Case]]:
    """Return the cases by what grows and how far; the unchanged one is in each kind."""
    base = unchanged(arguments).config

    def changed(field: str, values: tuple[int, ...]) -> dict[str, Case]:
        known = sorted({getattr(base, field), *values})
        return {f"{value:,}": Case(replace(base, **{field: value})) for value in known}

    return {
        "batch": changed("batch_size", arguments.batch_sizes),
        "width": changed("hidden_dim", arguments.hidden_dims),
        "training images": changed("num_train", arguments.dataset_sizes),
        "seeds at once": {
            str(count): Case(base, count) for count in sorted({1, *arguments.seeds})
        },
    }


def main(arguments: Arguments) -> None:
    """Measure kind by kind and write down what a step and an image cost."""
    rows = [["", "", "ms a step", "images/s", "step / unchanged", "image / unchanged"]]
    results, base = {}, unchanged(arguments)
    for kind, cases in kinds(arguments).items():
        trainings = {
            name: Training(case.config, arguments.num_steps, case.num_seeds)
            for name, case in cases.items()
        }
        rounds = alternate(trainings, arguments.repeats)
        steps = {name: times / arguments.num_steps for name, times in rounds.items()}
        (reference,) = (steps[name] for name, case in cases.items() if case == base)
        rows += [
            [kind, name, *cells_of(case, steps[name], base, reference)]
            for name, case in cases.items()
        ]
        results[kind] = steps
    report("growth", rows, {"seconds_a_step": results})


def cells_of(
    case: Case, step: np.ndarray, base: Case, reference: np.ndarray
) -> list[str]:
    """Return the cells of a case beside the unchanged one: seconds a step [repeats]."""
    dearer, more = ratio(step, reference), case.num_images / base.num_images
    return [
        f"{1e3 * spread_of(step).median:.3g}",
        f"{spread_of(case.num_images / step).median:,.0f}",
        str(dearer),
        f"{dearer.median / more:.3g}",
    ]


if __name__ == "__main__":
    main(tyro.cli(Arguments))
