"""Runs for the experiments: trained once, continued where interrupted, then reused."""

from dataclasses import dataclass
from pathlib import Path

import train
from aae_jax import load_dataset, load_run
from aae_jax.cli import config_for_data
from aae_jax.config import Config
from aae_jax.errors import RunError
from aae_jax.runs import read_config
from aae_jax.state import Params


@dataclass(frozen=True)
class Arm:
    """One recipe on one dataset, perhaps changed.

    Attributes:
      recipe: Name of the recipe.
      dataset: Name of the dataset.
      epochs: How many; None is the recipe's own number.
      name: What its runs are called; the recipe's name if empty.
      changes: Further flags of train.py.
    """

    recipe: str
    dataset: str
    epochs: int | None = None
    name: str = ""
    changes: tuple[str, ...] = ()

    def flags(self, seed: int) -> list[str]:
        """Return the flags of train.py that train this arm from `seed`."""
        flags = ["--recipe", self.recipe, "--dataset", self.dataset, *self.changes]
        if self.epochs is not None:
            flags += ["--epochs", str(self.epochs)]
        return [*flags, "--seed", str(seed)]

    def run(self, seed: int, root: Path) -> Path:
        """Return the directory of the run from `seed` under `root`."""
        return root / f"{self.dataset}-{self.name or self.recipe}-{seed}"


def trained(arm: Arm, seed: int, root: Path) -> tuple[Path, Config, Params]:
    """Return a finished run of the arm under `root`, training what is missing."""
    run = arm.run(seed, root)
    flags = [*arm.flags(seed), "--run-dir", str(run)]
    if (run / "config.json").exists():
        check_unchanged(run, arm, seed)
        flags = ["--run-dir", str(run), "--resume"]
    if train.main(flags):
        raise KeyboardInterrupt
    return run, *load_run(run)


def check_unchanged(run: Path, arm: Arm, seed: int) -> None:
    """Raise a RunError where the run is not what the arm would train today."""
    wanted = config_for_data(arm.flags(seed), load_dataset(arm.dataset))
    if read_config(run) != wanted:
        raise RunError(
            f"{run} was trained with another config: delete it to train anew"
        )
