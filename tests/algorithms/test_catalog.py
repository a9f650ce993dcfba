"""Configs as JSON: what is written, and what is refused in words."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest

from aae_jax.algorithms.autoencoder import Autoencoder
from aae_jax.algorithms.catalog import (
    ALGORITHMS,
    FORMAT,
    differences,
    from_dict,
    from_json,
    to_dict,
    to_json,
)
from aae_jax.algorithms.recipes import RECIPES
from aae_jax.algorithms.supervised import Supervised
from aae_jax.core.config import LATER_FIELDS, Config
from aae_jax.core.convolutions import Convolutional
from aae_jax.core.optimizers import Adam
from aae_jax.core.parts import Part
from aae_jax.errors import ConfigError


@dataclass(frozen=True)
class Guest(Autoencoder):
    """An algorithm that the package does not know."""

    kind: ClassVar[str] = "guest"


@dataclass(frozen=True)
class Extra(Part):
    """A part that the package does not know."""

    kind: ClassVar[str] = "extra"

    strength: float = 1.0


@dataclass(frozen=True)
class Host(Autoencoder):
    """An algorithm that has it."""

    kind: ClassVar[str] = "host"

    extra: Extra = Extra()


@pytest.mark.parametrize("recipe", RECIPES)
def test_json_brings_a_recipe_back(recipe: str) -> None:
    config = replace(RECIPES[recipe], image_shape=(8, 7, 3), seed=2**32 - 1)
    config = replace(config, **{config.phases()[0].name: Adam(lr=1 / 3)})
    assert from_json(to_json(config)) == config
    assert hash(from_json(to_json(config))) == hash(config)
    assert from_dict(to_dict(config)) == config


def test_json_says_its_format_the_algorithm_and_the_kind_of_each_part(
    tutorial: Supervised,
) -> None:
    text = to_json(tutorial)
    values = json.loads(text)
    assert values == to_dict(tutorial)
    assert list(values)[:2] == ["format", "algorithm"]
    assert (values["format"], values["algorithm"]) == (FORMAT, "supervised")
    assert values["prior"] == {"kind": "gaussian", "std": 5.0}
    assert values["generator"] == {
        "kind": "adam",
        "lr": tutorial.generator.lr,
        "beta1": tutorial.generator.beta1,
        "hold": 0.0,
    }
    assert text.endswith("}\n")
    assert '\n  "epochs": 3,\n' in text


def test_kinds_are_words_that_name_one_class_each() -> None:
    kinds = [algorithm.kind for algorithm in ALGORITHMS]
    assert len(set(kinds)) == len(kinds)


def test_a_part_of_the_users_own_is_read_where_its_field_declares_it() -> None:
    host = Host(extra=Extra(strength=3))
    assert from_json(to_json(host), algorithms=(Host,)) == host
    values = to_dict(host)
    values["extra"]["kind"] = "adam"
    with pytest.raises(ConfigError, match=r"extra is of the kind 'adam'.*knows extra"):
        from_dict(values, algorithms=(Host,))


def test_a_class_of_the_users_own_is_read_where_it_is_given() -> None:
    guest = Guest(seed=3)
    read = from_json(to_json(guest), algorithms=(Guest,))
    assert read == guest
    assert type(read) is Guest
    with pytest.raises(ConfigError, match=r"is of the kind 'guest', .* it knows super"):
        from_json(to_json(guest))


def changed(**changes: Any) -> Callable[[dict], dict]:
    return lambda values: {**values, **changes}


def without(*names: str) -> Callable[[dict], dict]:
    return lambda values: {n: v for n, v in values.items() if n not in names}


def part(**changes: Any) -> Callable[[dict], dict]:
    return lambda values: {**values, "generator": {**values["generator"], **changes}}


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (changed(format=1), "has format 1, .* reads format 2: use the version that"),
        (without("format"), "has format 1"),
        (changed(format=3), "has format 3"),
        (
            changed(algorithm="wizard"),
            "is of the kind 'wizard', .* it knows supervised",
        ),
        (without("algorithm"), "is of the kind None"),
        (changed(epoch=3), "has the field 'epoch', .*did you mean 'epochs'"),
        (changed(colour="red"), "has the field 'colour', .*: use the version that"),
        (without("epochs", "network", "seed"), "lacks epochs, seed: restore the file"),
        (changed(epochs=-3), "epochs must be an integer, at least 1, not -3"),
        (changed(prior=5.0), "prior must be one of the parts Gaussian, not 5.0"),
        (changed(prior={"std": 5.0}), "prior is of the kind None"),
        (part(kind="lion"), "generator is of the kind 'lion', .* it knows adam, sgd"),
        (part(rate=1), "generator has the field 'rate'"),
        (part(lr=-1), "lr of Adam must be a finite number, at least 0, not -1"),
        (
            lambda values: changed(prior=values["generator"])(values),
            "prior is of the kind .adam., .* it knows gaussian",
        ),
    ],
)
def test_a_damaged_saved_config_is_refused_in_words(
    tutorial: Config, damage: Callable[[dict], dict], message: str
) -> None:
    text = json.dumps(damage(json.loads(to_json(tutorial))))
    with pytest.raises(ConfigError, match=message):
        from_json(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "the saved config is not JSON"),
        ("[1, 2]", "the saved config must be a JSON object"),
        ("null", "the saved config must be a JSON object"),
        ("{}", "has format 1"),
    ],
)
def test_what_is_no_saved_config_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        from_json(text)


def test_a_field_that_came_later_is_written_where_it_is_not_its_default(
    tutorial: Config,
) -> None:
    assert not {*LATER_FIELDS} & {*to_dict(tutorial)}
    other = replace(tutorial, network=Convolutional(channels=3))
    assert to_dict(other)["network"] == {"kind": "conv", "channels": 3}
    assert from_json(to_json(other)) == other
    changed = differences(to_dict(tutorial), to_dict(other))
    assert changed == {"network.kind": (None, "conv"), "network.channels": (None, 3)}


def test_reading_leaves_what_it_is_given_alone(tutorial: Config) -> None:
    values = to_dict(tutorial)
    from_dict(values)
    assert values == to_dict(tutorial)
