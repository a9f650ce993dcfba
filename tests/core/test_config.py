"""What every config accepts, what it says when it does not, and what it counts."""

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.algorithms.supervised import Supervised
from aae_jax.algorithms.two_heads import TwoHeads
from aae_jax.core.abilities import DecodesLabels
from aae_jax.core.config import DATA_FIELDS, PAINTING_FIELDS, Config
from aae_jax.core.optimizers import Adam
from aae_jax.core.priors import Gaussian
from aae_jax.data import Dataset, DatasetSplits
from aae_jax.errors import AAEError, ConfigError
from tests.support.configs import everything_on, quick_state
from tests.support.reference.network import forward, sigmoid
from tests.support.trees import arrays, assert_close

INTEGERS = ["num_train", "latent_dim", "hidden_dim", "batch_size", "epochs"]
SHARES = ["latent_noise", "discriminator_noise", "agreement_weight"]
NAN, INF = float("nan"), float("inf")


def refused(*names: str, values: list[Any], expected: str) -> list[Any]:
    return [(name, value, expected) for name in names for value in values]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        *refused(
            *INTEGERS, values=[0, -1, 1.0, True, "7"], expected="an integer, at least 1"
        ),
        *refused("num_classes", values=[0, 2.5], expected="an integer, at least 1"),
        *refused("warmup_epochs", values=[-1, 0.5], expected="an integer, at least 0"),
        *refused(
            "seed",
            values=[-1, 2**32, 0.5],
            expected="an integer, at least 0 and at most 4294967295",
        ),
        *refused(
            *SHARES,
            values=[-1e-9, NAN, INF, "1", True],
            expected="a finite number, at least 0",
        ),
        *refused(
            "temperature",
            values=[0, -1.0, 1e-7, 1e7, NAN],
            expected="a number, 1e-6 to 1e6",
        ),
        *refused("standardizes", values=[1, "true", None], expected="true or false"),
        *refused(
            "weight_init", values=["xavier", 0], expected="normal or lecun_normal"
        ),
        *refused("activation", values=["tanh"], expected="relu or leaky_relu"),
        *refused(
            "schedule", values=["linear", None], expected="constant or cosine or drops"
        ),
        *refused(
            "discriminator_sees",
            values=["labels", True],
            expected="code or label or label_logit",
        ),
        *refused(
            "image_shape",
            values=[28, (28, 28), (0, 28, 1), (28.0, 28, 1), (28, 28, True), "281"],
            expected="three positive integers H, W, C",
        ),
        *refused("prior", values=[5.0, Adam()], expected="one of the parts Gaussian"),
        *refused(
            "reconstruction",
            "discriminator",
            "generator",
            values=[1e-3, Gaussian()],
            expected="one of the parts Adam or SGD",
        ),
    ],
    ids=str,
)
def test_a_refusal_names_the_field_what_was_expected_and_what_came(
    name: str, value: Any, expected: str
) -> None:
    values: dict[str, Any] = {name: value}
    with pytest.raises(ConfigError) as refusal:
        Supervised(**values)
    assert str(refusal.value) == f"{name} must be {expected}, not {value!r}"


def test_every_field_of_every_algorithm_is_checked(algorithm: Config) -> None:
    for field in fields(algorithm):
        values: dict[str, Any] = {field.name: object()}
        with pytest.raises(ConfigError, match=field.name):
            replace(algorithm, **values)


def test_a_refusal_is_one_of_the_projects_errors() -> None:
    assert issubclass(ConfigError, AAEError)


def test_a_batch_larger_than_the_data_is_refused_with_the_fix() -> None:
    with pytest.raises(ConfigError, match="choose --batch-size 43 or less"):
        Supervised(num_train=43, batch_size=44)
    assert Supervised(num_train=43, batch_size=43).steps_per_epoch == 1


def test_a_hold_that_nothing_follows_is_refused_with_the_fix() -> None:
    holding = Adam(hold=0.25)
    with pytest.raises(ConfigError) as refusal:
        Supervised(discriminator=holding)
    assert str(refusal.value) == (
        "discriminator.hold cannot act with the schedule constant: choose --schedule "
        "cosine, or --discriminator.hold 0"
    )
    assert Supervised(discriminator=holding, schedule="cosine").discriminator is holding


def test_a_shape_may_come_as_a_list() -> None:
    values: dict[str, Any] = {"image_shape": [8, 7, 3]}
    assert Supervised(**values).image_shape == (8, 7, 3)


def test_steps_leave_the_remainder_out() -> None:
    config = Supervised(num_train=43, batch_size=8, epochs=3, warmup_epochs=2)
    assert config.steps_per_epoch == 5
    assert (config.num_steps, config.num_warmup_steps) == (15, 10)


def test_the_named_fields_are_fields_of_every_algorithm(algorithm: Config) -> None:
    names = {field.name for field in fields(algorithm)}
    assert names > {*DATA_FIELDS, *PAINTING_FIELDS}


def test_codes_are_in_the_priors_units() -> None:
    assert Supervised(prior=Gaussian(std=3.0)).scale == 3


def test_a_batch_is_scaled_and_one_hot(tutorial: Config, data: Dataset) -> None:
    indices = np.array([40, 3, 3, 17])
    images, labels = (np.asarray(array)[indices] for array in data)
    batch = tutorial.batch(data, jnp.asarray(indices), ())
    assert_close(batch.images, images / 255, tolerance=1e-7)
    assert_close(batch.labels, np.eye(4)[labels], tolerance=0)
    assert {array.dtype for array in batch} == {np.dtype("float32")}


def test_validation_is_the_error_of_reconstructions_and_the_codes_moments(
    algorithm: Config, splits: DatasetSplits
) -> None:
    if isinstance(algorithm, TwoHeads):
        pytest.skip("it paints each image as what it reads of it")
    params = quick_state(algorithm).params
    images, labels = splits.validation
    pixels = images.reshape(len(images), -1) / 255
    outputs, _ = forward(0.1, arrays(params["encoder"]), pixels)
    z = outputs[:, : algorithm.latent_dim]
    told = np.eye(4)[labels] if isinstance(algorithm, DecodesLabels) else pixels[:, :0]
    shown = np.hstack([told, z / algorithm.scale])
    logits, _ = forward(0.1, arrays(params["decoder"]), shown)
    described = algorithm.validate(params, jnp.asarray(images), jnp.asarray(labels))
    error = np.mean((pixels - sigmoid(logits)) ** 2)
    assert described["validation_error"] == pytest.approx(error, rel=1e-5)
    assert_close(described["code_mean"], z.mean(axis=0))
    assert_close(described["code_std"], z.std(axis=0))


def test_validation_knows_no_temperature(splits: DatasetSplits) -> None:
    plain = everything_on(Supervised, temperature=1.0)
    sharp = replace(plain, temperature=0.1)
    params = quick_state(plain).params
    one, other = (c.validate(params, *splits.validation) for c in (plain, sharp))
    assert_close(one, other, tolerance=0)


@dataclass(frozen=True)
class Unfinished(Config):
    """An algorithm that says nothing of what it must."""

    kind: ClassVar[str] = "unfinished"


def test_an_algorithm_must_say_its_networks_phases_and_draws() -> None:
    config = Unfinished()
    with pytest.raises(NotImplementedError):
        config.networks()
    with pytest.raises(NotImplementedError):
        config.phases()
    with pytest.raises(NotImplementedError):
        config.draw(jax.random.key(0), 1)
    assert not config.depends_on_length
