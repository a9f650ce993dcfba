"""The losses against numbers worked out by hand, and at their limits."""

from math import log

import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.core.losses import (
    discriminator_loss,
    generator_loss,
    misread,
    reconstruction_loss,
)

BATCH = 7
UNDECIDED = jnp.zeros(BATCH)
# A logit of log 3 says "prior" with probability 3/4, its negative with 1/4.
LOG_3 = jnp.full(BATCH, log(3))
SURE = jnp.full(BATCH, 200.0)


def test_reconstruction_loss_is_a_mean_over_pixels_and_batch() -> None:
    images = jnp.array([[[0.0, 1.0, 0.5]], [[0.0, 0.0, 1.0]]])[..., None]
    painted = jnp.array([[[0.5, 1.0, 0.5]], [[0.0, 1.0, 0.0]]])[..., None]
    assert reconstruction_loss(images, painted) == pytest.approx((0.25 + 1 + 1) / 6)
    assert reconstruction_loss(images, images) == 0


def test_an_uninformed_discriminator_gives_log_2_a_side() -> None:
    assert discriminator_loss(UNDECIDED, UNDECIDED) == pytest.approx(2 * log(2))
    assert generator_loss(UNDECIDED) == pytest.approx(log(2))


def test_the_prior_is_real_and_codes_are_fake() -> None:
    right, wrong = -log(3 / 4), -log(1 / 4)
    assert discriminator_loss(LOG_3, -LOG_3) == pytest.approx(2 * right)
    assert discriminator_loss(-LOG_3, LOG_3) == pytest.approx(2 * wrong)
    assert discriminator_loss(LOG_3, LOG_3) == pytest.approx(right + wrong)


def test_the_generator_wants_its_codes_called_real() -> None:
    assert generator_loss(LOG_3) == pytest.approx(-log(3 / 4))
    assert generator_loss(-LOG_3) == pytest.approx(-log(1 / 4))


def test_adversarial_losses_are_means_over_the_batch() -> None:
    mixed = jnp.array([log(3), -log(3)])
    mean = -(log(3 / 4) + log(1 / 4)) / 2
    assert generator_loss(mixed) == pytest.approx(mean)
    assert discriminator_loss(mixed, mixed) == pytest.approx(2 * mean)


def test_losses_stay_finite_however_sure_the_discriminator_is() -> None:
    assert discriminator_loss(SURE, -SURE) == pytest.approx(0)
    assert discriminator_loss(-SURE, SURE) == pytest.approx(400)
    assert generator_loss(-SURE) == pytest.approx(200)


def test_only_known_labels_are_misread() -> None:
    read = jnp.array([0, 1, 2, 2, 1])
    assert misread(read, jnp.array([0, 2, -1, -1, -1])) == pytest.approx(1 / 2)
    assert misread(read, jnp.full(5, -1)) == 0


@pytest.mark.parametrize("loss", [reconstruction_loss, discriminator_loss])
def test_losses_are_scalars(loss) -> None:
    assert np.shape(loss(SURE, SURE)) == ()
