"""Which runs the report is made of."""

from typing import NamedTuple

from experiments.trained import Arm

DATASET = "mnist"
ARM_EPOCHS, ABLATION_EPOCHS = 20, 10
NUM_SEEDS = 3


class Study(NamedTuple):
    """One arm from several seeds, and what it is called in the tables."""

    arm: Arm
    num_seeds: int
    title: str


def arm(recipe: str, title: str) -> Study:
    """Return a recipe for 20 epochs."""
    return Study(Arm(recipe, DATASET, ARM_EPOCHS), NUM_SEEDS, title)


def ablation(name: str, title: str, flags: str = "") -> Study:
    """Return `default` with other flags, for 10 epochs."""
    changes = tuple(flags.split())
    run = Arm("default", DATASET, ABLATION_EPOCHS, f"ablation-{name}", changes)
    return Study(run, NUM_SEEDS, title)


MAIN = Study(Arm("default", DATASET), 5, "`default`")
TUTORIAL = arm("tutorial", "`tutorial`, 20 of 1,000 epochs")
ARMS = (
    MAIN,
    TUTORIAL,
    arm("no_adversary", "`no_adversary`"),
    arm("conditional_vae", "`conditional_vae`"),
    arm("unsupervised", "`unsupervised`"),
    arm("autoencoder", "`autoencoder`"),
)

NO_HOLD = "--discriminator.hold 0 --generator.hold 0"
BETA1 = "--discriminator.beta1 0.9 --generator.beta1 0.9"
WHOLE = ablation("none", "`default`, 10 epochs")
ABLATIONS = (
    WHOLE,
    ablation("sees-z", "the discriminator sees z alone", "--discriminator-sees code"),
    ablation(
        "one-logit", "the discriminator has one logit", "--discriminator-sees label"
    ),
    ablation("sharp", "no noise for the discriminator", "--discriminator-noise 0"),
    ablation("no-noise", "no noise on z", "--latent-noise 0"),
    ablation("no-agreement", "no style agreement", "--agreement-weight 0"),
    ablation("weights", "initial weights N(0, 0.01)", "--weight-init normal"),
    ablation("relu", "ReLU, not leaky", "--activation relu"),
    ablation("no-warmup", "no warm-up", "--warmup-epochs 0"),
    ablation("no-hold", "all rates decay together", NO_HOLD),
    ablation("constant", "constant learning rates", f"--schedule constant {NO_HOLD}"),
    ablation("beta1", "adversarial beta1 0.9", BETA1),
)
TRADE_OFF = (
    ablation("generator-low", "generator rate 3e-4", "--generator.lr 3e-4"),
    WHOLE,
    ablation("generator-high", "generator rate 1e-3", "--generator.lr 1e-3"),
)


STUDIES = tuple(dict.fromkeys((*ARMS, *ABLATIONS, *TRADE_OFF)))


def jobs() -> list[tuple[Study, int]]:
    """Return every study with each of its seeds; all come once before any again."""
    most = max(study.num_seeds for study in STUDIES)
    return [
        (study, seed)
        for seed in range(most)
        for study in STUDIES
        if seed < study.num_seeds
    ]
