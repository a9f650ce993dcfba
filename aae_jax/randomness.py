"""All randomness of a run: one root key, named streams, and nothing to save.

The key of an epoch or a step is computed from its number, so a run that is resumed
draws what it would have drawn.
"""

from typing import NamedTuple

import jax

from aae_jax.config import Config
from aae_jax.priors import sample_prior


class Keys(NamedTuple):
    """The named random streams of a run."""

    init: jax.Array
    shuffle: jax.Array
    noise: jax.Array
    figures: jax.Array


class Draws(NamedTuple):
    """The randomness of one step, in prior units, [B, Z] each.

    Samples of the prior; the noise on the codes of every phase; and what blurs samples
    and codes before the eyes of the discriminator.
    """

    prior: jax.Array
    noise: jax.Array
    prior_blur: jax.Array
    code_blur: jax.Array


def split_keys(seed: int | jax.Array) -> Keys:
    """Split one root key into the streams of a run; nothing of them is ever saved."""
    return Keys(*jax.random.split(jax.random.key(seed), len(Keys._fields)))


def draw(config: Config, key: jax.Array, n: int) -> Draws:
    """Draw the randomness of one step for n images; same key, same draws."""
    prior_key, noise_key, *blur_keys = jax.random.split(key, len(Draws._fields))
    noise = config.latent_noise * sample_prior(config, noise_key, n)
    prior_blur, code_blur = (
        config.discriminator_noise * sample_prior(config, key, n) for key in blur_keys
    )
    return Draws(sample_prior(config, prior_key, n), noise, prior_blur, code_blur)


def epoch_order(config: Config, key: jax.Array, epoch: int) -> jax.Array:
    """Return the shuffled indices [steps, B] of one epoch.

    A full permutation each epoch; the remainder that fills no batch is dropped, another
    one each time.
    """
    order = jax.random.permutation(jax.random.fold_in(key, epoch), config.num_train)
    kept = config.steps_per_epoch * config.batch_size
    return order[:kept].reshape(config.steps_per_epoch, config.batch_size)
