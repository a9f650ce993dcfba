"""The randomness of one step: samples of the prior, and noise."""

from typing import Any, NamedTuple

import jax

from aae_jax.core.codes import gaussian_noise


class Draws(NamedTuple):
    """The randomness of one step, in units of the prior, [B, Z] each.

    Samples of the prior; the noise on the codes of every phase; and what blurs samples
    and codes before the discriminator.
    """

    prior: jax.Array
    noise: jax.Array
    prior_blur: jax.Array
    code_blur: jax.Array


def draw(config: Any, key: jax.Array, n: int) -> Draws:
    """Draw for n images from the prior and the noises of `config`."""
    prior_key, noise_key, *blur_keys = jax.random.split(key, len(Draws._fields))
    noise = config.latent_noise * gaussian_noise(config, noise_key, n)
    prior_blur, code_blur = (
        config.discriminator_noise * gaussian_noise(config, key, n) for key in blur_keys
    )
    prior = config.prior.sample(prior_key, n, config.latent_dim)
    return Draws(prior, noise, prior_blur, code_blur)


class CodeNoise(NamedTuple):
    """The randomness of one step without an adversary: noise on the codes [B, Z]."""

    noise: jax.Array


def sample_noise(config: Any, key: jax.Array, n: int) -> CodeNoise:
    """Draw for n images; the same noise that `draw` gives relatives with a prior."""
    noise_key = jax.random.split(key)[1]
    return CodeNoise(config.latent_noise * gaussian_noise(config, noise_key, n))
