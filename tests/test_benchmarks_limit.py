"""What a training step must do, counted: against hand-made numbers and against XLA."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from aae_jax.config import Config
from aae_jax.loop import first_state
from aae_jax.recipes import DEFAULT, TUTORIAL
from benchmarks.counting import (
    adam_bytes,
    descended_params,
    multiply_adds,
    network_sizes,
    step_flops,
)
from benchmarks.limit import Machine, compared, product_flops
from benchmarks.work import NUM_MATRICES, products, training


def test_the_tutorials_step_is_22_75_million_multiply_adds_an_image() -> None:
    assert sum(multiply_adds(TUTORIAL).values()) == 22_751_000
    assert step_flops(TUTORIAL) == 2 * 100 * 22_751_000


def test_the_layers_are_those_of_the_recipe() -> None:
    encoder, decoder, discriminator = network_sizes(TUTORIAL)
    assert encoder == [784 * 1000, 1000 * 1000, 1000 * 15]
    assert decoder == [25 * 1000, 1000 * 1000, 1000 * 784]
    assert discriminator == [15 * 1000, 1000 * 1000, 1000 * 1]
    assert network_sizes(DEFAULT).discriminator == [25 * 1000, 1000 * 1000, 1000 * 10]


def test_without_an_adversary_only_the_reconstruction_counts(tiny: Config) -> None:
    alone = replace(tiny, adversary=False)
    both = multiply_adds(tiny)
    adversarial = {"discriminator", "generator"}
    assert both.keys() - multiply_adds(alone).keys() == adversarial
    assert multiply_adds(alone).items() <= both.items()
    params = first_state(tiny).params
    updated = jax.tree.leaves((params.discriminator, params.encoder))
    numbers = sum(leaf.size for leaf in updated)
    assert descended_params(tiny) - descended_params(alone) == numbers
    assert adam_bytes(tiny) - adam_bytes(alone) == 28 * numbers


@pytest.mark.parametrize("recipe", [TUTORIAL, DEFAULT], ids=["tutorial", "default"])
@pytest.mark.parametrize("num_steps", [1, 3])
def test_xla_finds_the_same_work_and_little_beside_it(
    recipe: Config, num_steps: int
) -> None:
    # Products are most of the work only where layers are wide and batches large.
    config = replace(recipe, num_train=400, hidden_dim=400, batch_size=200)
    counted = training(config, num_steps).xla_flops
    if counted is None:
        pytest.skip("XLA does not count on this device")
    # One more forward pass of the encoder would be 8 % more.
    assert 1 <= counted / step_flops(config) < 1.05


def test_the_limit_is_arithmetic_and_then_adam() -> None:
    rates = np.array([1e9, 2e9, 4e9])
    machine = Machine({"forward": rates, "other": 2 * rates}, adam_bytes_a_second=rates)
    seconds = (step_flops(TUTORIAL) + adam_bytes(TUTORIAL)) / rates
    result = compared(TUTORIAL, machine, 2 * seconds)
    assert result["step_over_limit"] == pytest.approx((2, 2, 2))
    faster = (step_flops(TUTORIAL) / 2 + adam_bytes(TUTORIAL)) / rates
    expected = pytest.approx(tuple(2 * seconds / faster))
    assert result["step_over_limit_at_best_rate"] == expected


def test_no_product_of_the_rates_is_left_out(tutorial: Config) -> None:
    """XLA may neither hoist nor merge what is timed."""
    for kind, repeating in products(tutorial, num_rounds=2).items():
        compiled = repeating._work.lower(repeating._carry).compile()
        counted = (compiled.cost_analysis() or {}).get("flops")
        if counted is None:
            pytest.skip("XLA does not count on this device")
        assert counted >= NUM_MATRICES * product_flops(tutorial), kind
        repeating()
