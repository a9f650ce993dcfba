"""Codes z: their noise, their units, and where they lie without a prior."""

from typing import Any, NamedTuple

import jax

from aae_jax.core.abilities import HasPrior


class KnownCodes(NamedTuple):
    """Codes z [N, Z] of images whose labels are `labels` [N] int, -1 where not known.

    Some of the training images, stored with a trained model: where its styles lie.
    """

    z: Any
    labels: Any


class CodeGaussian(NamedTuple):
    """The Gaussian that codes were found to have: mean [Z], covariance [Z, Z].

    Styles are drawn from it where an algorithm matches its codes to no prior.
    """

    mean: Any
    covariance: Any

    def sample(self, key: jax.Array, n: int) -> jax.Array:
        """Draw n codes [n, Z]."""
        return jax.random.multivariate_normal(
            key, self.mean, self.covariance, (n,), method="svd"
        )


def code_gaussian(z: Any) -> CodeGaussian:
    """Return mean and covariance of codes [N, Z], of NumPy or JAX."""
    mean = z.mean(axis=0)
    apart = z - mean[None]
    return CodeGaussian(mean, apart.T @ apart / max(1, z.shape[0] - 1))


def gaussian_noise(config: Any, key: jax.Array, n: int) -> jax.Array:
    """Draw N(0, scale^2) noise [n, Z]; a config multiplies it by its share."""
    return config.scale * jax.random.normal(key, (n, config.latent_dim))


def sample_styles(
    config: Any, key: jax.Array, n: int, found: CodeGaussian | None
) -> jax.Array:
    """Draw n styles [n, Z] from the prior, or without one from where codes were found.

    Raises:
      ValueError: There is neither.
    """
    if isinstance(config, HasPrior):
        return config.prior.sample(key, n, config.code_dim)
    if found is None:
        raise ValueError(f"{config.kind} has no prior: say where its codes were found")
    return found.sample(key, n)


def in_units(config: Any, z: jax.Array) -> jax.Array:
    """Return codes as networks are shown them: z, or z / scale if so configured."""
    return z / config.scale if config.standardizes else z


def noisy(config: Any, z: jax.Array, noise: jax.Array) -> jax.Array:
    """Return codes as training sees them: with their noise, if any.

    Noise makes the posterior q(z | x) the Gaussian one of Makhzani et al. 2015, sec. 2.
    """
    return z + noise if config.latent_noise else z


def blurred(config: Any, z: jax.Array, blur: jax.Array) -> jax.Array:
    """Return codes or samples of the prior as a discriminator is shown them.

    Noise on both lets their supports overlap, so that the discriminator cannot learn
    single codes by heart (Arjovsky and Bottou 2017, arXiv 1701.04862).
    """
    return in_units(config, z + blur if config.discriminator_noise else z)
