"""The training step beside what the machine could do at best: arithmetic, then Adam.

    python -m benchmarks.limit

The limit is the time of the multiply-adds that a step must do (`counting`), at the rate
measured for [B, 1000] x [1000, 1000] in float32, and of one pass of Adam over the
parameters of all phases; nothing else. A stricter limit takes the best rate among the
three products of a dense layer. Rates, Adam and step are measured in turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np
import tyro

from aae_jax import RECIPES, Config
from benchmarks.counting import adam_bytes, multiply_adds, step_flops
from benchmarks.measuring import Ways, alternate, ratio, report, spread_of
from benchmarks.training import Training
from benchmarks.work import NUM_MATRICES, adam, products


@dataclass(frozen=True)
class Arguments:
    """Compare the training step with the machine's limit."""

    recipes: tuple[Literal["tutorial", "default"], ...] = ("tutorial", "default")
    """Recipes, each with its own count."""

    batch_sizes: tuple[int, ...] = (100, 1000)
    """Images in a batch."""

    hidden_dim: int = 1000
    """Width of the networks and side of the matrices."""

    num_images: int = 3000
    """Images in a timed turn; an accelerator wants a million."""

    repeats: int = 9
    """Rounds; medians are reported."""


class Machine(NamedTuple):
    """What was measured of the machine, a round: [repeats] each."""

    flops_a_second: dict[str, np.ndarray]
    """Of each kind of product."""

    adam_bytes_a_second: np.ndarray


def product_flops(config: Config) -> int:
    """Return the operations of one product [B, H] x [H, H]."""
    return 2 * config.batch_size * config.hidden_dim**2


def measure(
    configs: Mapping[str, Config], arguments: Arguments
) -> list[dict[str, Any]]:
    """Measure recipes of one batch and width and the machine in turn: a result each."""
    first, *_ = configs.values()
    num_steps = max(1, arguments.num_images // first.batch_size)
    num_products = num_steps * step_flops(first) / product_flops(first)
    # The three kinds together take about as long as the steps.
    num_rounds = max(1, round(num_products / 3 / NUM_MATRICES))
    kinds = products(first, num_rounds)
    steps = {recipe: Training(config, num_steps) for recipe, config in configs.items()}
    ways: Ways = {**kinds, "adam": adam(first, num_steps), **steps}
    seconds = alternate(ways, arguments.repeats)
    flops = num_rounds * NUM_MATRICES * product_flops(first)
    machine = Machine(
        flops_a_second={kind: flops / seconds[kind] for kind in kinds},
        adam_bytes_a_second=num_steps * adam_bytes(first) / seconds["adam"],
    )
    return [
        {
            "recipe": recipe,
            "xla_flops": steps[recipe].xla_flops,
            **compared(config, machine, seconds[recipe] / num_steps),
        }
        for recipe, config in configs.items()
    ]


def compared(config: Config, machine: Machine, step: np.ndarray) -> dict[str, Any]:
    """Return a step, in seconds [repeats], beside the limit of the same rounds."""
    rates = machine.flops_a_second
    arithmetic = step_flops(config) / rates["forward"]
    at_best = step_flops(config) / np.max(list(rates.values()), axis=0)
    descent = adam_bytes(config) / machine.adam_bytes_a_second
    return {
        "batch_size": config.batch_size,
        "multiply_adds_an_image": multiply_adds(config),
        "step_flops": step_flops(config),
        "adam_bytes": adam_bytes(config),
        "gigaflops_a_second": {
            kind: spread_of(rate / 1e9) for kind, rate in rates.items()
        },
        "adam_gigabytes_a_second": spread_of(machine.adam_bytes_a_second / 1e9),
        "arithmetic_milliseconds": spread_of(1e3 * arithmetic),
        "adam_milliseconds": spread_of(1e3 * descent),
        "step_milliseconds": spread_of(1e3 * step),
        "step_over_limit": ratio(step, arithmetic + descent),
        "step_over_limit_at_best_rate": ratio(step, at_best + descent),
    }


HEADER = (
    "recipe",
    "batch",
    "GFLOP a step (XLA's count)",
    "GFLOP/s of x W, g Wᵀ, xᵀ g",
    "Adam GB/s",
    "arithmetic + Adam, ms",
    "step, ms",
    "step / limit",
    "step / limit at the best rate",
)


def row_of(result: Mapping[str, Any]) -> list[str]:
    """Return one row of the table."""
    counted, xla_flops = result["step_flops"] / 1e9, result["xla_flops"]
    by_xla = f"{xla_flops / 1e9:.3g}" if xla_flops else "not given"
    rates = result["gigaflops_a_second"].values()
    parts = "arithmetic_milliseconds", "adam_milliseconds"
    return [
        result["recipe"],
        f"{result['batch_size']:,}",
        f"{counted:.3g} ({by_xla})",
        ", ".join(f"{rate.median:.3g}" for rate in rates),
        f"{result['adam_gigabytes_a_second'].median:.3g}",
        " + ".join(f"{result[part].median:.3g}" for part in parts),
        str(result["step_milliseconds"]),
        str(result["step_over_limit"]),
        str(result["step_over_limit_at_best_rate"]),
    ]


def main(arguments: Arguments) -> None:
    """Measure, batch size by batch size, print and write down."""
    cases, width = [], arguments.hidden_dim
    for size in arguments.batch_sizes:
        configs: dict[str, Config] = {
            recipe: replace(RECIPES[recipe], batch_size=size, hidden_dim=width)
            for recipe in arguments.recipes
        }
        cases += measure(configs, arguments)
    rows = [HEADER, *map(row_of, cases)]
    report("limit", rows, {"hidden_dim": width, "cases": cases})


if __name__ == "__main__":
    main(tyro.cli(Arguments))
