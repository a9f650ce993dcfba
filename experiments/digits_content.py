"""Which digit do prior samples show? An SVM reads 1,000 of each run on `digits`.

    python -m experiments.digits_content

Trains `default` and, for as many epochs, `tutorial` from 3 seeds each (what is there
already is reused) and writes docs/results/digits_content.json.
"""

from dataclasses import dataclass
from pathlib import Path

import jax
import numpy as np
import tyro
from sklearn.svm import SVC

from aae_jax import decode, load_dataset, sample_prior
from aae_jax.config import Config
from aae_jax.data import Dataset
from aae_jax.state import Params
from experiments.results import last_losses, spread, write_results
from experiments.trained import Arm, trained

NUM_SAMPLES = 1000
ARMS = (Arm("default", "digits", epochs=300), Arm("tutorial", "digits", epochs=300))


@dataclass(frozen=True)
class Arguments:
    """Read the digits that prior samples show with an SVM."""

    num_seeds: int = 3
    """Number of seeds of each recipe, from 0."""

    root: Path = Path("runs/experiments")
    """Where the runs are or go."""

    output: Path = Path("docs/results/digits_content.json")
    """Where the results go."""


def main(arguments: Arguments) -> None:
    """Train, read and write down."""
    splits = load_dataset("digits")
    reader = fit_reader(splits.train)
    ceiling = reader.score(flat(splits.test.images), splits.test.labels)
    print(f"the SVM reads {ceiling:.4f} of the real test images")
    accuracies, losses = {}, {}
    for arm in ARMS:
        recipe = arm.recipe
        runs = [
            trained(arm, seed, arguments.root) for seed in range(arguments.num_seeds)
        ]
        accuracies[recipe] = [
            share_as_asked(reader, config, params, config.seed)
            for _, config, params in runs
        ]
        losses[recipe] = [last_losses(run) for run, _, _ in runs]
        print(f"{recipe}: {spread(accuracies[recipe])} of prior samples as asked")
    write_results(
        arguments.output,
        {
            "epochs": {arm.recipe: arm.epochs for arm in ARMS},
            "svm_accuracy_on_test": ceiling,
            "content_accuracy_by_seed": accuracies,
            "last_losses_by_seed": losses,
        },
    )


def fit_reader(train: Dataset) -> SVC:
    """Fit the SVM to the real training images alone."""
    return SVC(C=10).fit(flat(train.images), train.labels)


def share_as_asked(reader: SVC, config: Config, params: Params, seed: int) -> float:
    """Return the share of prior samples that are read as the digit asked for."""
    z = sample_prior(config, jax.random.key(seed), NUM_SAMPLES)
    labels = np.arange(NUM_SAMPLES) % config.num_classes
    images = np.asarray(decode(config, params, z, labels))
    return float(reader.score(images.reshape(NUM_SAMPLES, -1), labels))


def flat(images: np.ndarray) -> np.ndarray:
    """Return uint8 images [N, H, W] as rows [N, H * W] in [0, 1]."""
    return images.reshape(len(images), -1) / 255


if __name__ == "__main__":
    main(tyro.cli(Arguments))
