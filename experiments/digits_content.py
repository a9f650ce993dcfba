"""Which digit do prior samples show? An SVM reads 1,000 of each run on `digits`.

    python -m experiments.digits_content

Trains `default` and, for as many epochs, `tutorial` from 3 seeds each (what is there
already is reused) and writes results/digits_content.json.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
import tyro
from sklearn.svm import SVC

from aae_jax import Config, decode, load_dataset, sample_prior
from aae_jax.data import Dataset
from experiments.results import RESULTS, spread, write_results
from experiments.trained import ROOT, Arm, last_losses, trained

NUM_SAMPLES = 1000
ARMS = (Arm("default", "digits", epochs=300), Arm("tutorial", "digits", epochs=300))


@dataclass(frozen=True)
class Arguments:
    """Read the digits that prior samples show with an SVM."""

    num_seeds: int = 3
    """Number of seeds of each recipe, from 0."""

    root: Path = ROOT
    """Where the runs are or go."""


def main(arguments: Arguments) -> None:
    """Train, read and write down."""
    splits = load_dataset("digits")
    reader = fit_reader(splits.train)
    ceiling = reader.score(flat(splits.test.images), splits.test.labels)
    print(f"the SVM reads {ceiling:.4f} of the real test images")
    found: dict[str, dict[str, list]] = {"content_accuracy": {}, "last_losses": {}}
    for arm in ARMS:
        seeds = range(arguments.num_seeds)
        runs = [trained(arm, seed, arguments.root) for seed in seeds]
        read = [share_as_asked(reader, config, params) for _, config, params in runs]
        losses = [last_losses(run, config) for run, config, _ in runs]
        found["content_accuracy"][arm.recipe] = read
        found["last_losses"][arm.recipe] = losses
        print(f"{arm.recipe}: {spread(read)} of prior samples as asked")
    by_seed = {f"{name}_by_seed": values for name, values in found.items()}
    epochs = {arm.recipe: arm.epochs for arm in ARMS}
    results = {"epochs": epochs, "svm_accuracy_on_test": ceiling, **by_seed}
    write_results(RESULTS / "digits_content.json", results)


def fit_reader(train: Dataset) -> SVC:
    """Fit the SVM to the real training images alone."""
    return SVC(C=10).fit(flat(train.images), train.labels)


def share_as_asked(reader: SVC, config: Config, params: dict[str, Any]) -> float:
    """Return the share of prior samples that are read as the digit asked for."""
    z = sample_prior(config, jax.random.key(config.seed), NUM_SAMPLES)
    labels = np.arange(NUM_SAMPLES) % config.num_classes
    images = np.asarray(decode(config, params, z, labels))
    return float(reader.score(images.reshape(NUM_SAMPLES, -1), labels))


def flat(images: np.ndarray) -> np.ndarray:
    """Return uint8 images [N, H, W, C] as rows [N, H * W * C] in [0, 1]."""
    return images.reshape(len(images), -1) / 255


if __name__ == "__main__":
    main(tyro.cli(Arguments))
