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
    activation="leaky_relu",
    decoder_standardizes=True,
    temperature=0.7,
    discriminator_standardizes=True,
    discriminator_sees_label=True,
    discriminator_projects=True,
    discriminator_noise=0.3,
    latent_noise=0.05,
    agreement_weight=0.03,
    generator_lr=6e-4,
    adversarial_beta1=0.5,
    schedule="cosine",
    adversarial_hold=0.25,
    warmup_epochs=1,
    epochs=60,
)
"""What plain `train.py` uses: the discriminator sees (z / sigma, y), blurred.

That makes q(z | y) = p(z) the optimum, in which style is independent of content. The
style agreement has a style mean the same for every label, and the temperature brings
painted images nearer to the sharpness of real ones. The rest is what it takes to come
near all three; docs/disentanglement.md has the ablations.
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


def variants(default: Config) -> dict[str, Config]:
    """Return `default` and its relatives, which leave parts of it out, by name.

    None has the style agreement, which needs a label and a prior to match.

    unsupervised: no label anywhere (Makhzani et al. 2015, section 2; part 2 of the
      tutorial). autoencoder: neither label nor adversary (part 1). no_adversary: the
      label but no adversary, a conditional autoencoder.
    """
    free = replace(default, agreement_weight=0.0)
    blind = replace(
        free,
        decoder_sees_label=False,
        discriminator_sees_label=False,
        discriminator_projects=False,
    )
    return {
        "default": default,
        "unsupervised": blind,
        "autoencoder": replace(blind, adversary=False),
        "no_adversary": replace(free, adversary=False),
    }


RECIPES = {"tutorial": TUTORIAL, **variants(DEFAULT)}
"""Every recipe by name, with the values for sets of MNIST's size."""


def recipe_for(name: str, num_train: int) -> Config:
    """Return the recipe called `name` for a set of `num_train` training images.

    All but `tutorial` depend on the size of the set: see `DEFAULT_SMALL`.
    """
    if num_train < SMALL_DATASET:
        return {**RECIPES, **variants(DEFAULT_SMALL)}[name]
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
