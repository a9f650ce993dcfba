"""What a training step must do, counted: against hand-made numbers and against XLA."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from aae_jax import RECIPES, Config
from aae_jax.algorithms.recipes import DEFAULT, TUTORIAL
from benchmarks.counting import (
    adam_bytes,
    descended_params,
    multiply_adds,
    networks_of,
    step_flops,
)
from benchmarks.limit import Machine, compared, product_flops
from benchmarks.training import Training
from benchmarks.work import NUM_MATRICES, adam, products
from tests.support.configs import first_state
from tests.support.marks import EXHAUSTIVE


def test_the_tutorials_step_is_22_75_million_multiply_adds_an_image() -> None:
    assert sum(multiply_adds(TUTORIAL).values()) == 22_751_000
    assert step_flops(TUTORIAL) == 2 * 100 * 22_751_000


def test_the_layers_are_those_of_the_recipe() -> None:
    assert networks_of(TUTORIAL) == {
        "encoder": [784 * 1000, 1000 * 1000, 1000 * 15],
        "decoder": [25 * 1000, 1000 * 1000, 1000 * 784],
        "discriminator": [15 * 1000, 1000 * 1000, 1000 * 1],
    }
    assert networks_of(DEFAULT)["discriminator"] == [25 * 1000, 1000 * 1000, 1000 * 10]


def test_counts_are_those_of_the_phases(algorithm: Config) -> None:
    if not hasattr(algorithm, "discriminator"):
        pytest.skip("no adversary")
    names = [phase.name for phase in algorithm.phases()]
    counts = multiply_adds(algorithm)
    assert list(counts)[: len(names)] == names
    assert set(counts) - set(names) <= {"agreement"}
    params = jax.eval_shape(lambda: first_state(algorithm)).params
    assert algorithm.phases()[-1].updates == ("encoder",)
    twice = sum(leaf.size for leaf in jax.tree.leaves(params["encoder"]))
    once = sum(leaf.size for leaf in jax.tree.leaves(params))
    assert descended_params(algorithm) == once + twice
    assert adam_bytes(algorithm) == 28 * (once + twice)


def test_without_an_adversary_only_the_reconstruction_counts() -> None:
    alone = multiply_adds(RECIPES["no_adversary"])
    assert list(alone) == ["reconstruction"]
    assert alone.items() <= multiply_adds(DEFAULT).items()


@pytest.mark.slow
@pytest.mark.parametrize("recipe", [TUTORIAL, DEFAULT], ids=["tutorial", "default"])
@pytest.mark.parametrize("num_steps", [3, pytest.param(1, marks=EXHAUSTIVE)])
def test_xla_finds_the_same_work_and_little_beside_it(
    recipe: Config, num_steps: int
) -> None:
    # Products are most of the work only where layers are wide and batches large.
    config = replace(recipe, num_train=400, hidden_dim=400, batch_size=200)
    counted = Training(config, num_steps).xla_flops
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


@pytest.mark.slow
def test_no_product_of_the_rates_is_left_out(tutorial: Config) -> None:
    """XLA may neither hoist nor merge what is timed."""
    for kind, repeating in products(tutorial, num_rounds=2).items():
        counted = repeating.xla_flops
        if counted is None:
            pytest.skip("XLA does not count on this device")
        assert counted >= NUM_MATRICES * product_flops(tutorial), kind
        repeating()


@pytest.mark.slow
def test_the_adam_that_is_timed_moves_every_number(tutorial: Config) -> None:
    work = adam(tutorial, num_steps=3)
    before = jax.device_get(work._carry[0])
    work()
    pairs = zip(*map(jax.tree.leaves, (before, work._carry[0])), strict=True)
    moved = [after.size for old, after in pairs if (old != after).any()]
    assert sum(moved) > 0.9 * descended_params(tutorial)
