"""The conditional variational autoencoder: a reference, not adversarial.

The encoder gives mean and log-variance of q(z | x), the decoder is told the label, and
the loss is the negative evidence lower bound with a Bernoulli likelihood (Kingma and
Welling 2014, arXiv 1312.6114; conditional: Kingma et al. 2014, arXiv 1406.5298).
Nothing but the Kullback-Leibler term draws codes to the prior N(0, I).
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from optax.losses import sigmoid_binary_cross_entropy

from aae_jax.core.config import Batch, Config
from aae_jax.core.networks import Network, apply, decoder, encoder
from aae_jax.core.optimizers import Adam, Optimizer
from aae_jax.core.phases import Phase, Tree
from aae_jax.core.priors import Gaussian


class Draws(NamedTuple):
    """The randomness of one step: standard normal noise [B, Z]."""

    noise: jax.Array


@dataclass(frozen=True)
class ConditionalVAE(Config):
    """The conditional variational autoencoder (Kingma et al. 2014)."""

    kind: ClassVar[str] = "conditional_vae"
    prior: ClassVar[Gaussian] = Gaussian(std=1.0)

    negative_elbo: Optimizer = Adam()
    """Of the one phase, which updates encoder and decoder."""

    def networks(self) -> dict[str, Network]:
        """Return encoder x -> (mean, log-variance) and decoder (y, z) -> x."""
        return {
            "encoder": encoder(self, outputs=2 * self.latent_dim),
            "decoder": decoder(self, inputs=self.num_classes + self.latent_dim),
        }

    def phases(self) -> tuple[Phase, ...]:
        """Return the one phase."""
        tx = self.negative_elbo.build(self)
        return (Phase("negative_elbo", ("encoder", "decoder"), negative_elbo, tx),)

    def draw(self, key: jax.Array, n: int) -> Draws:
        """Draw the noise of n codes; same key, same noise."""
        return Draws(jax.random.normal(key, (n, self.latent_dim)))

    def encode(self, params: Tree, images: jax.Array) -> jax.Array:
        """Map images [B, H, W, C] in [0, 1] to the means of their codes [B, Z]."""
        return posterior(self, params, images)[0]

    def decode_labels(self, params: Tree, z: jax.Array, labels: jax.Array) -> jax.Array:
        """Map codes z [B, Z] and one-hot labels [B, K] to pixel logits [B, H, W, C]."""
        return apply(self, params, "decoder", jnp.concatenate([labels, z], axis=-1))


def posterior(
    config: ConditionalVAE, params: Tree, images: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Return mean and log-variance [B, Z] of q(z | x)."""
    outputs = apply(config, params, "encoder", images)
    return outputs[:, : config.latent_dim], outputs[:, config.latent_dim :]


def negative_elbo(
    config: ConditionalVAE, params: Tree, batch: Batch, draws: Draws, step: jax.Array
) -> jax.Array:
    """Return the mean over the batch of -log p(x | z, y) + KL(q(z | x) || N(0, I))."""
    mean, log_variance = posterior(config, params, batch.images)
    z = mean + jnp.exp(log_variance / 2) * draws.noise
    logits = config.decode_labels(params, z, batch.labels)
    misfit = sigmoid_binary_cross_entropy(logits, batch.images).sum(axis=(1, 2, 3))
    divergence = jnp.square(mean) + jnp.exp(log_variance) - 1 - log_variance
    return jnp.mean(misfit + divergence.sum(axis=-1) / 2)
