"""The recipes: complete configurations with a name, all in one place."""

from dataclasses import replace
from typing import TypeVar

from aae_jax.algorithms.autoencoder import Autoencoder
from aae_jax.algorithms.conditional_autoencoder import ConditionalAutoencoder
from aae_jax.algorithms.conditional_vae import ConditionalVAE
from aae_jax.algorithms.head_recipes import (
    SEMI_SUPERVISED,
    SEMI_SUPERVISED_SMALL,
    two_headed,
)
from aae_jax.algorithms.planar_recipes import MANIFOLD, MANIFOLD_SMALL, planar
from aae_jax.algorithms.supervised import Supervised
from aae_jax.algorithms.unsupervised import Unsupervised
from aae_jax.core.changes import alike
from aae_jax.core.config import Config
from aae_jax.core.optimizers import Adam
from aae_jax.core.priors import Gaussian
from aae_jax.data import DatasetSplits
from aae_jax.errors import ConfigError

C = TypeVar("C", bound=Config)

SMALL_DATASET = 10_000
"""Below this number of training images recipes take their values for small sets."""

TUTORIAL = Supervised(
    prior=Gaussian(std=5.0),
    latent_dim=15,
    hidden_dim=1000,
    weight_init="normal",
    activation="relu",
    temperature=1.0,
    standardizes=False,
    discriminator_sees="code",
    discriminator_noise=0.0,
    latent_noise=0.0,
    agreement_weight=0.0,
    reconstruction=Adam(lr=1e-3, beta1=0.9, hold=0.0),
    discriminator=Adam(lr=1e-3, beta1=0.9, hold=0.0),
    generator=Adam(lr=1e-3, beta1=0.9, hold=0.0),
    schedule="constant",
    warmup_epochs=0,
    batch_size=100,
    epochs=1000,
)
"""The recipe of "A wizard's guide to adversarial autoencoders, part 3", to the letter.

Its discriminator sees z alone, so nothing keeps the label out of z (Nagabushan, 2017,
after Makhzani et al. 2015, section 4).
"""

DEFAULT = replace(
    TUTORIAL,
    weight_init="lecun_normal",
    activation="leaky_relu",
    standardizes=True,
    temperature=0.7,
    discriminator_sees="label_logit",
    discriminator_noise=0.3,
    latent_noise=0.05,
    agreement_weight=0.03,
    discriminator=Adam(lr=1e-3, beta1=0.5, hold=0.25),
    generator=Adam(lr=6e-4, beta1=0.5, hold=0.25),
    schedule="cosine",
    warmup_epochs=1,
    epochs=60,
)
"""What plain `train.py` uses: the discriminator sees (z / sigma, y), blurred.

That makes q(z | y) = p(z) the optimum, in which style is independent of content. The
style agreement has a style mean the same for every label, and the temperature brings
painted images nearer to the sharpness of real ones. The rest is what it takes to come
near all three; docs/disentanglement.md has the ablations.
"""

QUICK = replace(DEFAULT, hidden_dim=500)
"""`default` in half the time on two CPU cores: half as wide, for as many epochs.

Width is worth its time only where training is long.
"""

DEFAULT_SMALL = replace(
    DEFAULT,
    latent_dim=8,
    hidden_dim=256,
    latent_noise=0.2,
    agreement_weight=0.0,
    temperature=0.8,
    epochs=300,
)
"""`default` for sets of a few thousand images, such as the 8 x 8 `digits`.

Wider networks with longer codes memorize so few images in z and ignore the label. More
noise on z takes away the room for that, and hides the few codes from the discriminator,
which would learn them by heart.
"""


def family(default: Supervised) -> dict[str, Config]:
    """Return `default` and its relatives, which leave parts of it out, by name.

    unsupervised: no label anywhere (Makhzani et al. 2015, section 2; part 2 of the
      tutorial). autoencoder: neither label nor adversary (part 1). no_adversary: the
      label but no adversary, a conditional autoencoder. conditional_vae: a reference
      that is no adversarial autoencoder.
    """
    scale = default.prior.scale
    return {
        "default": default,
        "unsupervised": alike(Unsupervised, default),
        "autoencoder": alike(Autoencoder, default, scale=scale),
        "no_adversary": alike(ConditionalAutoencoder, default, scale=scale),
        "conditional_vae": alike(ConditionalVAE, default),
    }


RECIPES = {
    "tutorial": TUTORIAL,
    "quick": QUICK,
    **family(DEFAULT),
    **two_headed(SEMI_SUPERVISED, num_labels=1000),
    **planar(MANIFOLD, num_labels=10_000),
}
"""Every recipe by name, with the values for sets of MNIST's size."""

SMALL_RECIPES = {
    **RECIPES,
    "quick": DEFAULT_SMALL,
    **family(DEFAULT_SMALL),
    **two_headed(SEMI_SUPERVISED_SMALL, num_labels=500),
    **planar(MANIFOLD_SMALL, num_labels=500),
}
"""The same for sets of a few thousand images."""


def recipe_for(name: str, num_train: int) -> Config:
    """Return the recipe called `name` for a set of `num_train` training images.

    All but `tutorial` depend on the size of the set: see `DEFAULT_SMALL`.

    Raises:
      ConfigError: There is no such recipe.
    """
    known = SMALL_RECIPES if num_train < SMALL_DATASET else RECIPES
    if name not in known:
        raise ConfigError(f"there is no recipe {name!r}: choose {', '.join(known)}")
    return known[name]


def with_data(config: C, splits: DatasetSplits) -> C:
    """Return the config with what the data decides filled in.

    Raises:
      ConfigError: The batches are larger than the training split, or labels that the
        algorithm needs are not known.
    """
    check_labels(config, splits)
    return replace(config, **config.data_fields(splits))


def check_labels(config: Config, splits: DatasetSplits) -> None:
    """Raise a ConfigError where labels that an algorithm needs are not known."""
    unlabeled = splits.num_unlabeled
    lacks_some = config.needs_labels == "all" and unlabeled
    lacks_all = config.needs_labels == "some" and not (splits.train.labels >= 0).any()
    if lacks_some or lacks_all:
        raise ConfigError(
            f"{config.kind} needs the labels of {config.needs_labels} images, but "
            f"{unlabeled:,} images of {splits.name} have none: give them labels, or "
            "choose a recipe that needs only some, as semi_supervised, or none, as "
            "unsupervised"
        )


def config_for(name: str, splits: DatasetSplits) -> Config:
    """Return the recipe called `name`, made to fit the data."""
    return with_data(recipe_for(name, len(splits.train.labels)), splits)
