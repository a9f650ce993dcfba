"""The recipes whose codes have two dimensions, to be seen."""

from dataclasses import replace

from aae_jax.algorithms.labeled_prior import LabeledPrior
from aae_jax.algorithms.unsupervised import Unsupervised
from aae_jax.core.changes import alike
from aae_jax.core.config import Config
from aae_jax.core.mixture import Mixture
from aae_jax.core.optimizers import Adam
from aae_jax.core.priors import Gaussian
from aae_jax.core.swiss_roll import SwissRoll

MANIFOLD = Unsupervised(
    prior=Gaussian(std=5.0),
    latent_dim=2,
    hidden_dim=500,
    weight_init="lecun_normal",
    activation="leaky_relu",
    standardizes=True,
    discriminator_noise=0.1,
    latent_noise=0.0,
    reconstruction=Adam(lr=1e-3, beta1=0.9, hold=0.0),
    discriminator=Adam(lr=1e-3, beta1=0.5, hold=0.25),
    generator=Adam(lr=6e-4, beta1=0.5, hold=0.25),
    schedule="cosine",
    warmup_epochs=1,
    batch_size=100,
    epochs=40,
)
"""Codes in the plane, matched to a Gaussian: part 2 of the tutorial."""

MANIFOLD_SMALL = replace(MANIFOLD, hidden_dim=256, epochs=300)
"""`manifold` for sets of a few thousand images, such as the 8 x 8 `digits`."""


def planar(manifold: Unsupervised, num_labels: int) -> dict[str, Config]:
    """Return `manifold` and its relatives on priors of another shape, by name.

    Two of them know labels (Makhzani et al. 2015, section 2.3, who have 10,000 beside
    40,000 images without).
    """
    mixture, swiss_roll = Mixture(), SwissRoll()
    labeled = alike(
        LabeledPrior,
        manifold,
        prior=mixture,
        num_labels=num_labels,
        input_noise=0.3,
        reconstruction=Adam(lr=1e-3, beta1=0.9, hold=0.5),
        discriminator=Adam(lr=1e-3, beta1=0.5, hold=0.5),
        generator=Adam(lr=2e-3, beta1=0.5, hold=0.5),
    )
    return {
        "manifold": manifold,
        "mixture": replace(manifold, prior=mixture),
        "swiss_roll": replace(manifold, prior=swiss_roll),
        "mixture_labeled": labeled,
        "swiss_roll_labeled": replace(labeled, prior=swiss_roll),
    }
