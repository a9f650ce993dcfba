"""Benchmarks of growth and of sampling: what is timed is what it is called."""

from dataclasses import asdict, replace

import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax import Config, decode, encode
from benchmarks.growth import Arguments, kinds, unchanged
from benchmarks.sampling import DECODE, ENCODE, FORWARD, GRID, compiled_calls
from benchmarks.scan_vs_loop import looped
from benchmarks.training import Training
from tests.support.configs import first_state


@pytest.mark.slow
@pytest.mark.exhaustive
def test_seeds_at_once_lose_what_each_loses_alone(default: Config) -> None:
    both = Training(default, 4, num_seeds=2)
    one = Training(replace(default, seed=1), 4)
    one.order = both.order[1]
    both()
    one()
    for name, losses in one.losses.items():
        assert losses.shape == (4,)
        np.testing.assert_allclose(both.losses[name][1], losses, rtol=1e-4)
        assert not np.allclose(both.losses[name][0], losses, rtol=1e-4)


@pytest.mark.slow
def test_a_training_goes_on_from_call_to_call(tutorial: Config) -> None:
    training = Training(tutorial, 5)
    training()
    first = training.losses["reconstruction"].mean()
    for _ in range(20):
        training()
    assert training.losses["reconstruction"].mean() < first


@pytest.mark.slow
def test_the_loop_takes_the_steps_of_the_scan(tutorial: Config) -> None:
    scan = Training(tutorial, 3)
    loop = looped(tutorial, scan)
    for _ in range(2):
        scan()
        for name, losses in loop().items():
            np.testing.assert_allclose(losses, scan.losses[name], rtol=1e-4)


@pytest.mark.parametrize("kind", kinds(Arguments()))
def test_one_thing_grows_at_a_time(kind: str) -> None:
    base, cases = unchanged(Arguments()), kinds(Arguments())[kind].values()
    assert sum(case == base for case in cases) == 1
    assert len(set(cases)) == len(cases)
    before = asdict(base.config)
    fields = [
        {name for name, value in asdict(case.config).items() if value != before[name]}
        for case in cases
    ]
    assert len(set().union(*fields)) == (0 if kind == "seeds at once" else 1)
    if kind != "seeds at once":
        assert {case.num_seeds for case in cases} == {1}


@pytest.mark.slow
def test_every_way_makes_as_many_images(default: Config) -> None:
    calls = compiled_calls(default, first_state(default).params, 8)
    made = {name: np.asarray(call()) for name, call in calls.items()}
    assert {name: array.shape for name, array in made.items()} == {
        FORWARD: (),
        ENCODE: (8, default.latent_dim),
        DECODE: (8, *default.image_shape),
        GRID: (2, default.num_classes, *default.image_shape),
    }
    assert all(np.isfinite(array).all() for array in made.values())


@pytest.mark.slow
def test_the_forward_pass_encodes_and_decodes_once(tutorial: Config) -> None:
    params = first_state(tutorial).params
    forward = compiled_calls(tutorial, params, 8)[FORWARD]
    _, batch, _ = forward.args  # type: ignore[attr-defined]
    z = encode(tutorial, params, batch.images)
    again = decode(tutorial, params, z, batch.labels.argmax(axis=1))
    expected = jnp.square(batch.images - again).mean()
    assert float(forward()) == pytest.approx(float(expected), rel=1e-5)
