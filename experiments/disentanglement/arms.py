"""Which runs the report is made of."""

from typing import NamedTuple

from experiments.trained import Arm

DATASET = "mnist"
ARM_EPOCHS, ABLATION_EPOCHS = 20, 10
NUM_SEEDS = 3
CVAE = "cvae"


class Study(NamedTuple):
    """One arm from several seeds, and what it is called in the tables."""

    arm: Arm
    num_seeds: int
    title: str


def arm(recipe: str, title: str) -> Study:
    """Return a recipe for 20 epochs."""
    return Study(Arm(recipe, DATASET, ARM_EPOCHS), NUM_SEEDS, title)


def ablation(name: str, title: str, *changes: str) -> Study:
    """Return `default` with other flags, for 10 epochs."""
    flags = Arm("default", DATASET, ABLATION_EPOCHS, f"ablation-{name}", changes)
    return Study(flags, NUM_SEEDS, title)


MAIN = Study(Arm("default", DATASET), 5, "`default`")
ARMS = (
    MAIN,
    arm("tutorial", "`tutorial`, 20 of 1,000 epochs"),
    arm("no_adversary", "`no_adversary`"),
    arm(CVAE, "conditional VAE"),
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
        "--no-discriminator-projects",
    ),
    ablation(
        "one-logit", "the discriminator has one logit", "--no-discriminator-projects"
    ),
    ablation("sharp", "no noise for the discriminator", "--discriminator-noise", "0"),
    ablation("no-noise", "no noise on z", "--latent-noise", "0"),
    ablation("no-agreement", "no style agreement", "--agreement-weight", "0"),
    ablation(
        "discriminator-sees-raw",
        "the discriminator sees (z, y), not (z / sigma, y)",
        "--no-discriminator-standardizes",
    ),
    ablation(
        "decoder-sees-z",
        "the decoder sees z, not z / sigma",
        "--no-decoder-standardizes",
    ),
    ablation("weights", "initial weights N(0, 0.01)", "--weight-init", "normal"),
    ablation("relu", "ReLU, not leaky", "--activation", "relu"),
    ablation("no-warmup", "no warm-up", "--warmup-epochs", "0"),
    ablation("no-hold", "all rates decay together", "--adversarial-hold", "0"),
    ablation("constant", "constant learning rates", "--schedule", "constant"),
    ablation("beta1", "adversarial beta1 0.9", "--adversarial-beta1", "0.9"),
)
TRADE_OFF = (
    ablation("generator-low", "generator rate 3e-4", "--generator-lr", "3e-4"),
    WHOLE,
    ablation("generator-high", "generator rate 1e-3", "--generator-lr", "1e-3"),
)


def jobs() -> list[tuple[Study, int]]:
    """Return every study with each of its seeds; all come once before any again."""
    studies = list(dict.fromkeys((*ARMS, *ABLATIONS, *TRADE_OFF)))
    most = max(study.num_seeds for study in studies)
    return [
        (study, seed)
        for seed in range(most)
        for study in studies
        if seed < study.num_seeds
    ]
