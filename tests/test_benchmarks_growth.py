"""Benchmarks of growth and of sampling: what is timed is what it is called."""

from dataclasses import asdict, replace

import jax
import numpy as np
import pytest

from aae_jax.config import Config
from aae_jax.loop import first_state
from aae_jax.sampling import decode, encode
from benchmarks.growth import Arguments, Case, Training, kinds, unchanged
from benchmarks.sampling import (
    DECODE,
    ENCODE,
    FORWARD,
    GRID,
    compiled_calls,
)


def test_seeds_at_once_lose_what_each_loses_alone(default: Config) -> None:
    together, alone = Case("", default, 2), Case("", replace(default, seed=1))
    both, one = Training(together, 4), Training(alone, 4)
    both()
    one()
    for name, losses in one.losses.items():
        assert losses.shape == (4,)
        np.testing.assert_allclose(both.losses[name][1], losses, rtol=1e-4)
        assert not np.allclose(both.losses[name][0], losses, rtol=1e-4)


def test_a_training_goes_on_from_call_to_call(tutorial: Config) -> None:
    training = Training(Case("", tutorial), 5)
    training()
    first = training.losses["reconstruction"].mean()
    for _ in range(20):
        training()
    assert training.losses["reconstruction"].mean() < first


@pytest.mark.parametrize("kind", kinds(Arguments()))
def test_one_thing_grows_at_a_time(kind: str) -> None:
    base, cases = unchanged(Arguments()), kinds(Arguments())[kind]
    differing = [
        {k for k, v in asdict(case).items() if k != "name" and v != asdict(base)[k]}
        for case in cases
    ]
    fields = [
        {k for k, v in asdict(case.config).items() if v != asdict(base.config)[k]}
        for case in cases
    ]
    assert differing.count(set()) == 1
    assert all(len(found) <= 1 for found in differing)
    assert len(set().union(*fields)) == (0 if kind == "seeds at once" else 1)
    assert len({case.name for case in cases}) == len(cases)


def test_every_way_makes_as_many_images(default: Config) -> None:
    params = first_state(default).params
    calls = compiled_calls(default, params, 8)
    made = {name: np.asarray(call()) for name, call in calls.items()}
    assert {name: array.shape for name, array in made.items()} == {
        FORWARD: (),
        ENCODE: (8, default.latent_dim),
        DECODE: (8, *default.image_shape),
        GRID: (2, default.num_classes, *default.image_shape),
    }
    assert all(np.isfinite(array).all() for array in made.values())


def test_the_forward_pass_encodes_and_decodes_once(tutorial: Config) -> None:
    params = first_state(tutorial).params
    forward = compiled_calls(tutorial, params, 8)[FORWARD]
    _, batch, _ = forward.args  # type: ignore[attr-defined]
    z = encode(tutorial, params, batch.images)
    again = decode(tutorial, params, z, batch.labels.argmax(axis=1))
    expected = jax.numpy.square(batch.images - again).mean()
    assert float(forward()) == pytest.approx(float(expected), rel=1e-5)
