"""The prior p(z): what a style is drawn from."""

import jax

from aae_jax.config import Config


def sample_prior(config: Config, key: jax.Array, n: int) -> jax.Array:
    """Draw n codes [n, Z] from the Gaussian prior N(0, prior_std^2 I)."""
    return config.prior_std * jax.random.normal(key, (n, config.latent_dim))
