"""What a config accepts, what it says when it does not, and what the recipes are."""

import dataclasses
import json
from dataclasses import asdict, fields, replace
from typing import Any

import pytest

from aae_jax.config import DATA_FIELDS, Config
from aae_jax.data import DatasetSplits
from aae_jax.errors import AAEError, ConfigError
from aae_jax.recipes import (
    DEFAULT,
    DEFAULT_SMALL,
    RECIPES,
    SMALL_DATASET,
    TUTORIAL,
    config_for,
    recipe_for,
    with_data,
)

INTEGERS = ["num_train", "latent_dim", "hidden_dim", "batch_size", "epochs"]
RATES = ["reconstruction_lr", "discriminator_lr", "generator_lr", "latent_noise"]
BETAS = ["reconstruction_beta1", "adversarial_beta1"]
FLAGS = ["discriminator_standardizes", "discriminator_sees_label"]
NAN, INF = float("nan"), float("inf")


def build(**values: Any) -> Config:
    return Config(**values)


def refused(*names: str, values: list[Any], expected: str) -> list[Any]:
    return [(name, value, expected) for name in names for value in values]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        *refused(
            *INTEGERS, values=[0, -1, 1.0, True, "7"], expected="an integer, at least 1"
        ),
        *refused("num_classes", values=[1, 2.5], expected="an integer, at least 2"),
        *refused(
            "seed",
            values=[-1, 2**32, 0.5],
            expected="an integer, at least 0 and at most 4294967295",
        ),
        *refused(
            *RATES,
            values=[-1e-9, NAN, INF, "1", True],
            expected="a finite number, at least 0",
        ),
        *refused(
            "prior_std",
            "temperature",
            values=[0, -1.0, 1e-7, 1e7, NAN, INF],
            expected="a number, 1e-6 to 1e6",
        ),
        *refused(*BETAS, values=[1, -0.1, NAN], expected="at least 0 and less than 1"),
        *refused(*FLAGS, values=[1, "true", None], expected="true or false"),
        *refused(
            "weight_init", values=["xavier", 0], expected="normal or lecun_normal"
        ),
        *refused("schedule", values=["linear", None], expected="constant or cosine"),
        *refused(
            "image_shape",
            values=[28, (28,), (28, 28, 1), (0, 28), (28.0, 28), "28"],
            expected="two positive integers H, W",
        ),
    ],
    ids=str,
)
def test_a_refusal_names_the_field_what_was_expected_and_what_came(
    name: str, value: Any, expected: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        build(**{name: value})
    assert str(refusal.value) == f"{name} must be {expected}, not {value!r}"


def test_every_field_is_validated() -> None:
    for field in fields(Config):
        with pytest.raises(ConfigError, match=field.name):
            build(**{field.name: object()})


def test_a_batch_larger_than_the_data_is_refused_with_the_fix() -> None:
    with pytest.raises(ConfigError, match="choose --batch-size 43 or less"):
        Config(num_train=43, batch_size=44)
    assert Config(num_train=43, batch_size=43).steps_per_epoch == 1


def test_a_refusal_is_one_of_the_projects_errors() -> None:
    assert issubclass(ConfigError, AAEError)


@pytest.mark.parametrize(
    "name", [*RATES, "prior_std", "temperature", "reconstruction_beta1"]
)
def test_whole_numbers_serve_as_real_ones(name: str) -> None:
    whole = 0 if name == "reconstruction_beta1" else 3
    config = build(**{name: whole})
    assert type(getattr(config, name)) is float
    assert config == build(**{name: float(whole)})
    assert hash(config) == hash(build(**{name: float(whole)}))


def test_steps_leave_the_remainder_out() -> None:
    config = Config(num_train=43, batch_size=8, epochs=3)
    assert (config.steps_per_epoch, config.num_steps) == (5, 15)


@pytest.mark.parametrize("config", [TUTORIAL, DEFAULT, DEFAULT_SMALL])
def test_json_brings_a_config_back(config: Config) -> None:
    config = replace(config, image_shape=(8, 7), seed=2**32 - 1, generator_lr=1 / 3)
    assert Config.from_json(config.to_json()) == config
    assert hash(Config.from_json(config.to_json())) == hash(config)


def test_json_is_an_object_of_all_fields_one_a_line() -> None:
    text = TUTORIAL.to_json()
    assert json.loads(text) == {**asdict(TUTORIAL), "image_shape": [28, 28]}
    assert all(f'\n  "{field.name}": ' in text for field in fields(Config))
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "the saved config is not JSON"),
        ("[1, 2]", "the saved config must be a JSON object"),
        ('{"epoch": 3}', "has the field 'epoch', .*did you mean 'epochs'"),
        ('{"colour": "red"}', "has the field 'colour', .*: use the version that wrote"),
        ('{"epochs": -3}', "epochs must be an integer, at least 1, not -3"),
        ('{"prior_std": NaN}', "prior_std must be a number, 1e-6 to 1e6"),
    ],
)
def test_a_damaged_saved_config_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Config.from_json(text)


def test_the_tutorial_recipe_is_the_tutorials_table() -> None:
    assert asdict(RECIPES["tutorial"]) == {
        # encoder 784 -> 1000 -> 1000 -> 15, decoder 10 + 15 -> 1000 -> 1000 -> 784
        "image_shape": (28, 28),
        "num_classes": 10,
        "latent_dim": 15,
        "hidden_dim": 1000,
        "activation": "relu",
        "decoder_standardizes": False,
        "decoder_sees_label": True,
        "temperature": 1.0,
        "adversary": True,
        # discriminator: sees z only, as it is; one logit
        "discriminator_standardizes": False,
        "discriminator_sees_label": False,
        "discriminator_projects": False,
        "discriminator_noise": 0.0,
        # initial weights: normal(0, 0.01)
        "weight_init": "normal",
        # prior: Gaussian, mean 0, standard deviation 5
        "prior_std": 5.0,
        # codes without noise
        "latent_noise": 0.0,
        "agreement_weight": 0.0,
        # updates: three Adams, learning rate 1e-3, beta1 0.9
        "reconstruction_lr": 1e-3,
        "discriminator_lr": 1e-3,
        "generator_lr": 1e-3,
        "reconstruction_beta1": 0.9,
        "adversarial_beta1": 0.9,
        "schedule": "constant",
        "adversarial_hold": 0.0,
        "warmup_epochs": 0,
        # batch 100, 1000 epochs
        "batch_size": 100,
        "epochs": 1000,
        # data: MNIST, 55,000 train
        "num_train": 55_000,
        "seed": 0,
    }


def test_the_default_recipe_differs_from_the_tutorial_in_its_switches_alone() -> None:
    assert differences(TUTORIAL, RECIPES["default"]) == {
        "weight_init": "lecun_normal",
        "activation": "leaky_relu",
        "decoder_standardizes": True,
        "temperature": 0.7,
        "discriminator_standardizes": True,
        "discriminator_sees_label": True,
        "discriminator_projects": True,
        "discriminator_noise": 0.3,
        "latent_noise": 0.05,
        "agreement_weight": 0.03,
        "generator_lr": 6e-4,
        "adversarial_beta1": 0.5,
        "schedule": "cosine",
        "adversarial_hold": 0.25,
        "warmup_epochs": 1,
        "epochs": 60,
    }


def test_a_plan_may_grow_where_no_step_depends_on_it() -> None:
    assert not TUTORIAL.follows_plan
    assert replace(TUTORIAL, schedule="cosine").follows_plan
    agreeing = replace(TUTORIAL, agreement_weight=0.1)
    assert agreeing.follows_plan
    assert not replace(agreeing, decoder_sees_label=False).follows_plan


def test_small_sets_have_a_default_of_their_own() -> None:
    assert differences(DEFAULT, DEFAULT_SMALL) == {
        "latent_dim": 8,
        "hidden_dim": 256,
        "latent_noise": 0.2,
        "agreement_weight": 0.0,
        "temperature": 0.8,
        "epochs": 300,
    }
    assert recipe_for("default", SMALL_DATASET - 1) is DEFAULT_SMALL
    assert recipe_for("default", SMALL_DATASET) is DEFAULT
    assert recipe_for("tutorial", SMALL_DATASET - 1) is TUTORIAL


def test_the_arms_are_the_default_without_a_thing_or_two() -> None:
    blind = {"decoder_sees_label": False, "discriminator_sees_label": False}
    without = {
        "unsupervised": blind | {"discriminator_projects": False},
        "autoencoder": blind | {"discriminator_projects": False, "adversary": False},
        "no_adversary": {"adversary": False},
    }
    for name, expected in without.items():
        quarrelling = expected | {"agreement_weight": 0.0}
        assert differences(DEFAULT, RECIPES[name]) == quarrelling
        small = recipe_for(name, SMALL_DATASET - 1)
        assert differences(DEFAULT_SMALL, small) == expected


def test_the_data_decides_its_fields_and_nothing_else(
    splits: DatasetSplits,
) -> None:
    fields_of_data = {"image_shape": (6, 5), "num_classes": 4, "num_train": 43}
    tutorial = replace(TUTORIAL, batch_size=8)
    assert differences(tutorial, with_data(tutorial, splits)) == fields_of_data
    with pytest.raises(ConfigError, match="choose --batch-size 43 or less"):
        config_for("tutorial", splits)


@pytest.mark.parametrize("recipe", [*RECIPES.values(), DEFAULT_SMALL])
def test_recipes_are_frozen_and_hashable(recipe: Config) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        recipe.epochs = 1  # type: ignore[misc]
    assert hash(recipe) == hash(replace(recipe))
    assert {recipe: "found"}[replace(recipe)] == "found"


def test_the_data_fields_are_fields() -> None:
    assert set(DATA_FIELDS) < {field.name for field in fields(Config)}


def differences(config: Config, other: Config) -> dict[str, Any]:
    """The fields of `other` that are not those of `config`."""
    return {
        name: value
        for name, value in asdict(other).items()
        if value != getattr(config, name)
    }
