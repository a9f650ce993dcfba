"""The recipes: complete configurations with a name, all in one place."""

from dataclasses import replace

from aae_jax.config import Config
from aae_jax.data import DatasetSplits

SMALL_DATASET = 10_000
"""Below this number of training images `default` takes its values for small sets."""

TUTORIAL = Config()
"""The recipe of "A wizard's guide to adversarial autoencoders, part 3", to the letter.

Its discriminator sees z alone, so nothing keeps the label out of z (Nagabushan, 2017,
after Makhzani et al. 2015, section 4).
"""

DEFAULT = replace(
    TUTORIAL,
    weight_init="lecun_normal",
    discriminator_standardizes=True,
    discriminator_sees_label=True,
    generator_lr=5e-4,
    adversarial_beta1=0.5,
    schedule="cosine",
    epochs=20,
)
"""What plain `train.py` uses: the discriminator sees (z / sigma, y).

That makes q(z | y) = p(z) the optimum, in which style is independent of content. At a
generator rate of 1e-3 the first epochs leave many of the encoder's ReLUs dead, and the
error stays higher.
"""

DEFAULT_SMALL = replace(
    DEFAULT,
    latent_dim=8,
    hidden_dim=256,
    latent_noise=0.3,
    generator_lr=1e-3,
    epochs=300,
)
"""`default` for sets of a few thousand images, such as the 8 x 8 `digits`.

Wider networks with longer codes memorize so few images in z and ignore the label. The
noise on z takes away the room for that, and hides the few codes from the discriminator,
which would learn them by heart.
"""

RECIPES = {"default": DEFAULT, "tutorial": TUTORIAL}


def recipe_for(name: str, num_train: int) -> Config:
    """Return the recipe called `name` for a set of `num_train` training images.

    Only `default` depends on the size of the set: see `DEFAULT_SMALL`.
    """
    if name == "default" and num_train < SMALL_DATASET:
        return DEFAULT_SMALL
    return RECIPES[name]


def with_data(config: Config, splits: DatasetSplits) -> Config:
    """Return the config with what the data decides filled in.

    Raises:
      ConfigError: The batches are larger than the training split.
    """
    return replace(
        config,
        image_shape=splits.image_shape,
        num_classes=splits.num_classes,
        num_train=len(splits.train.labels),
    )


def config_for(name: str, splits: DatasetSplits) -> Config:
    """Return the recipe called `name`, made to fit the data."""
    return with_data(recipe_for(name, len(splits.train.labels)), splits)
