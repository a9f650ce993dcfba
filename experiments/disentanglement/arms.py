"""Which runs the report is made of."""

from typing import NamedTuple

from experiments.trained import Arm

DATASET = "mnist"
ARM_EPOCHS, ABLATION_EPOCHS = 20, 10
CVAE = "cvae"


class Study(NamedTuple):
    """One arm from several seeds, and what it is called in the tables."""

    arm: Arm
    num_seeds: int
    title: str


def arm(recipe: str, title: str, num_seeds: int = 3) -> Study:
    """Return a recipe for 20 epochs."""
    return Study(Arm(recipe, DATASET, ARM_EPOCHS), num_seeds, title)


def ablation(name: str, title: str, *changes: str) -> Study:
    """Return `default` with other flags, for 10 epochs."""
    flags = Arm("default", DATASET, ABLATION_EPOCHS, f"ablation-{name}", changes)
    return Study(flags, 3, title)


MAIN = Study(Arm("default", DATASET), 5, "`default`")
ARMS = (
    MAIN,
    arm("tutorial", "`tutorial`, 20 of 1,000 epochs"),
    arm("no_adversary", "`no_adversary`"),
    Study(Arm(CVAE, DATASET, ARM_EPOCHS), 3, "conditional VAE"),
    arm("unsupervised", "`unsupervised`"),
    arm("autoencoder", "`autoencoder`"),
)

WHOLE = ablation("none", "`default`, 10 epochs")
ABLATIONS = (
    WHOLE,
    ablation(
        "sees-z",
        "the discriminator sees z alone",
        "--no-discriminator-sees-label",
    ),
    ablation("relu", "ReLU, not leaky", "--activation", "relu"),
    ablation(
        "decoder-sees-z",
        "the decoder sees z, not z / sigma",
        "--no-decoder-standardizes",
    ),
    ablation("no-noise", "no noise on z", "--latent-noise", "0"),
    ablation("no-warmup", "no warm-up", "--warmup-epochs", "0"),
    ablation("beta1", "adversarial beta1 0.9", "--adversarial-beta1", "0.9"),
    ablation("constant", "constant learning rates", "--schedule", "constant"),
)
TRADE_OFF = (
    ablation("generator-low", "generator rate 3e-4", "--generator-lr", "3e-4"),
    WHOLE,
    ablation("generator-high", "generator rate 1e-3", "--generator-lr", "1e-3"),
)

STUDIES = tuple(dict.fromkeys((*ARMS, *ABLATIONS, *TRADE_OFF)))
"""Every study once, the most important first."""
