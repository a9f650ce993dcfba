"""Runs for the experiments: trained once, continued where interrupted, then reused."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aae_jax import config_for, load_dataset, load_run
from aae_jax.commands import train
from aae_jax.commands.request import parse
from aae_jax.core.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.errors import RunError
from aae_jax.runs.folder import CONFIG, read_config
from aae_jax.runs.journal import read_environments, read_metrics
from aae_jax.runs.recorder import loss_names

ROOT = Path("runs/experiments")
"""Where the runs are or go."""


@dataclass(frozen=True)
class Arm:
    """One recipe on one dataset, perhaps changed.

    Attributes:
      recipe: Name of the recipe.
      dataset: Name of the dataset.
      epochs: How many; None is the recipe's own number.
      name: What its runs are called; the recipe's name if empty.
      changes: Further flags of train.py.
      seeded: Flags whose value is the seed of the run.
    """

    recipe: str
    dataset: str
    epochs: int | None = None
    name: str = ""
    changes: tuple[str, ...] = ()
    seeded: tuple[str, ...] = ("--seed",)

    @property
    def title(self) -> str:
        """What its runs and results are called."""
        return self.name or self.recipe

    def flags(self, seed: int) -> list[str]:
        """Return the flags of train.py that train this arm from `seed`."""
        flags = ["--recipe", self.recipe, "--dataset", self.dataset, *self.changes]
        if self.epochs is not None:
            flags += ["--epochs", str(self.epochs)]
        return [*flags, *(word for flag in self.seeded for word in (flag, str(seed)))]

    def config(self, seed: int, splits: DatasetSplits) -> Config:
        """Return the config that those flags train with, on the arm's data."""
        return parse(self.flags(seed)).over(config_for(self.recipe, splits))

    def run(self, seed: int, root: Path) -> Path:
        """Return the directory of the run from `seed` under `root`."""
        return root / f"{self.dataset}-{self.title}-{seed}"


def trained(arm: Arm, seed: int, root: Path) -> tuple[Path, Config, dict[str, Any]]:
    """Return a finished run of the arm under `root`, training what is missing.

    Raises:
      RunError: It was trained with another config than the arm's today.
    """
    run = arm.run(seed, root)
    flags = [*arm.flags(seed), "--run-dir", str(run)]
    if (run / CONFIG).exists():
        if read_config(run) != arm.config(seed, load_dataset(arm.dataset)):
            raise RunError(
                f"{run} was trained with another config: move it aside to train anew"
            )
        flags = ["--run-dir", str(run), "--resume"]
    if train.main(flags):
        raise KeyboardInterrupt
    return run, *load_run(run)


def of_training(run: Path, config: Config) -> dict[str, Any]:
    """Return what is known of a run's training."""
    minutes = sum(entry["seconds"] for entry in read_metrics(run)) / 60
    return {
        "trained_at_commits": [start["git_commit"] for start in read_environments(run)],
        "training_minutes": round(minutes, 2),
        "last_losses": last_losses(run, config),
    }


def last_losses(run: Path, config: Config) -> dict[str, float]:
    """Return the loss of each phase in a run's last epoch."""
    metrics = read_metrics(run)[-1]
    return {name: metrics[name] for name in loss_names(config)}
