"""Codes of classes beside the components of a prior, and samples of such a prior."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.algorithms.labeled_prior import LabeledPrior
from aae_jax.core.components import Components
from aae_jax.core.mixture import Mixture
from aae_jax.core.swiss_roll import SwissRoll
from aae_jax.evaluation.components import (
    mmd2_within,
    nearest_share,
    sample_components,
)
from aae_jax.evaluation.metrics.posterior import mmd2
from aae_jax.evaluation.model import gaussian, model_of
from tests.support.configs import everything_on, quick_state

LABELS = np.arange(1200) % 10


@pytest.fixture(params=[Mixture(), SwissRoll()], ids=lambda prior: prior.kind)
def prior(request: pytest.FixtureRequest) -> Components:
    return request.param


def test_samples_of_the_components_are_where_they_should_be(prior: Components) -> None:
    z = sample_components(prior, LABELS, seed=5)
    assert nearest_share(prior, z, LABELS) > 0.95
    assert nearest_share(prior, z, (LABELS + 1) % 10) < 0.05
    assert abs(mmd2_within(prior, z, LABELS)) < 0.02
    assert mmd2_within(prior, z, (LABELS + 1) % 10) > 0.1


def test_the_distance_is_to_a_component_and_not_to_the_whole(prior: Components) -> None:
    whole = sample_components(prior, np.random.default_rng(0).permutation(LABELS), 5)
    assert mmd2_within(prior, whole, LABELS) > 0.1


def test_a_class_that_is_too_small_is_left_out(prior: Components) -> None:
    z = sample_components(prior, LABELS[:11], seed=5)
    assert np.isfinite(mmd2_within(prior, z, LABELS[:11]))
    assert np.isnan(mmd2_within(prior, z[:10], LABELS[:10]))


def test_a_model_is_compared_with_samples_of_its_own_prior(prior: Components) -> None:
    plain = everything_on(LabeledPrior)
    config = replace(plain, prior=prior)
    model = model_of(config, quick_state(config).params)
    assert model.sample is not None and model.components is prior
    rng = np.random.default_rng(0)
    one, other = model.sample(rng, 3000), model.sample(rng, 3000)
    assert mmd2(one, other) < 0.005
    assert mmd2(gaussian(2)(rng, 3000), one) > 0.01
    nearest = np.asarray(prior.nearest(jnp.asarray(one * prior.scale)))
    assert set(nearest) == set(range(prior.components))
