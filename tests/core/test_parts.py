"""What parts accept, and what they say when they do not."""

from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from aae_jax.algorithms.recipes import RECIPES
from aae_jax.core.changes import laid_over
from aae_jax.core.optimizers import Adam
from aae_jax.core.parts import Part
from aae_jax.core.priors import Gaussian
from aae_jax.errors import ConfigError

NAN, INF = float("nan"), float("inf")


def refused(
    part: type[Part], *names: str, values: list[Any], expected: str
) -> list[tuple[type[Part], str, Any, str]]:
    return [(part, name, value, expected) for name in names for value in values]


@pytest.mark.parametrize(
    ("part", "name", "value", "expected"),
    [
        *refused(
            Adam,
            "lr",
            values=[-1e-9, NAN, INF, "1", True, None],
            expected="a finite number, at least 0",
        ),
        *refused(
            Adam,
            "beta1",
            "hold",
            values=[1, -0.1, NAN, True],
            expected="at least 0 and less than 1",
        ),
        *refused(
            Gaussian,
            "std",
            values=[0, -1.0, 1e-7, 1e7, NAN, INF],
            expected="a number, 1e-6 to 1e6",
        ),
    ],
    ids=str,
)
def test_a_refusal_names_field_and_part_what_was_expected_and_what_came(
    part: type[Part], name: str, value: Any, expected: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        part(**{name: value})
    words = f"{name} of {part.__name__} must be {expected}, not {value!r}"
    assert str(refusal.value) == words


@pytest.mark.parametrize("part", [Adam, Gaussian])
def test_parts_are_frozen_and_hashable(part: type[Part]) -> None:
    assert hash(part()) == hash(replace(part()))
    (name, *_) = (field.name for field in fields(part))
    with pytest.raises(FrozenInstanceError):
        setattr(part(), name, 1)


def test_whole_numbers_serve_as_real_ones() -> None:
    adam: Any = Adam(lr=1, beta1=0)
    assert (type(adam.lr), type(adam.beta1)) == (float, float)
    assert adam == Adam(lr=1.0, beta1=0.0)
    assert hash(adam) == hash(Adam(lr=1.0, beta1=0.0))


def test_the_ends_of_a_range_are_in_it_or_not() -> None:
    assert Gaussian(std=1e6).std == 1e6
    assert Gaussian(std=1e-6).std == 1e-6
    assert Adam(beta1=0.0).beta1 == 0


@pytest.mark.parametrize(
    "name", ["scale", "prior", "reconstruction.build", "kind", "generator.lr.x", "nope"]
)
def test_what_is_no_field_cannot_be_laid_over(name: str) -> None:
    blind = RECIPES["conditional_vae"]
    with pytest.raises(ConfigError, match=f"--{name} cannot act: conditional_vae"):
        laid_over(blind, {name: 2.0})
