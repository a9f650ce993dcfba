"""Priors in the plane: their components, what lies nearest, and walks along them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.algorithms.labeled_prior import LabeledPrior
from aae_jax.algorithms.unsupervised import Unsupervised
from aae_jax.core.abilities import components_of
from aae_jax.core.components import Components
from aae_jax.core.mixture import Mixture
from aae_jax.core.priors import Gaussian
from aae_jax.core.swiss_roll import SwissRoll
from aae_jax.errors import ConfigError
from tests.support.trees import assert_close

PRIORS = [Mixture(), Mixture(components=4, across=0.2), SwissRoll(), SwissRoll(6, 1.0)]


@pytest.fixture(params=PRIORS, ids=str)
def prior(request: pytest.FixtureRequest) -> Components:
    return request.param


def test_samples_have_the_scale_and_every_component_equally(prior: Components) -> None:
    z = prior.sample(jax.random.key(0), 20_000, 2)
    assert z.shape == (20_000, 2)
    assert np.sqrt(np.mean(np.square(z))) == pytest.approx(prior.scale, rel=0.02)
    shares = np.bincount(prior.nearest(z), minlength=prior.components) / len(z)
    np.testing.assert_allclose(shares, 1 / prior.components, atol=0.015)


def test_a_sample_of_a_component_lies_nearest_to_it(prior: Components) -> None:
    labels = jnp.arange(4000) % prior.components
    z = prior.sample_given(jax.random.key(0), labels, 2)
    assert np.mean(prior.nearest(z) == labels) > 0.95


def test_a_path_stays_in_its_component(prior: Components) -> None:
    paths = prior.paths(7)
    assert paths.shape == (prior.components, 7, 2)
    inner = paths[:, 1:-1].reshape(-1, 2)
    expected = np.repeat(np.arange(prior.components), 5)
    np.testing.assert_array_equal(prior.nearest(inner), expected)


def test_a_mixture_has_the_spread_that_it_says() -> None:
    prior = Mixture(components=3, distance=2.0, along=0.5, across=0.1)
    first = prior.sample_given(jax.random.key(0), jnp.zeros(20_000, int), 2)
    np.testing.assert_allclose(np.mean(first, axis=0), [2, 0], atol=0.02)
    np.testing.assert_allclose(np.std(first, axis=0), [0.5, 0.1], rtol=0.02)
    second = prior.sample_given(jax.random.key(0), jnp.ones(20_000, int), 2)
    angle = 2 * np.pi / 3
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    assert_close(second, np.asarray(first) @ turn, tolerance=1e-5)


def test_a_roll_is_a_line_from_the_origin_to_its_radius() -> None:
    prior = SwissRoll(radius=3.0, turns=2.0)
    z = np.asarray(prior.sample(jax.random.key(0), 2000, 2), np.float64)
    radius = np.linalg.norm(z, axis=1)
    angle = 2 * np.pi * 2 * radius / 3
    ray = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    np.testing.assert_allclose(z, radius[:, None] * ray, atol=1e-4)
    # The share of the roll within a radius grows with its square.
    assert np.mean(radius < 1.5) == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("prior", [Mixture(), SwissRoll(), Gaussian()], ids=str)
def test_a_walk_begins_and_ends_at_its_codes(prior: Components) -> None:
    start, end = jnp.array([0.5, 1.0]), jnp.array([-1.0, 2.0])
    walk = prior.walk(start, end, 5)
    assert walk.shape == (5, 2)
    assert_close((walk[0], walk[-1]), (start, end), tolerance=1e-5)


def test_a_walk_on_a_roll_stays_on_it() -> None:
    prior = SwissRoll()
    ends = prior.sample_given(jax.random.key(3), jnp.array([1, 8]), 2)
    parts = prior.nearest(prior.walk(*ends, 40))
    assert np.all(np.diff(parts) >= 0)
    assert set(np.asarray(parts)) == set(range(1, 9))


@pytest.mark.parametrize("prior", [Mixture(), SwissRoll()], ids=str)
def test_a_length_that_does_not_fit_the_plane_is_refused(
    prior: Mixture | SwissRoll,
) -> None:
    with pytest.raises(ConfigError, match=r"latent_dim must be 2, .* --latent-dim 2"):
        Unsupervised(prior=prior, latent_dim=3)
    config = Unsupervised(prior=prior, latent_dim=2)
    assert components_of(config) is prior
    assert config.scale == prior.scale


def test_a_gaussian_has_no_components() -> None:
    assert components_of(Unsupervised()) is None


def test_a_class_without_a_component_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"at least 10, .* --prior.components 10"):
        LabeledPrior(prior=Mixture(components=9))
    assert LabeledPrior(prior=Mixture(components=11), num_labels=10)
