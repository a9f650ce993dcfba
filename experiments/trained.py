"""Runs for the experiments: trained once, continued where interrupted, then reused."""

from dataclasses import dataclass
from pathlib import Path

import train
from aae_jax import load_run
from aae_jax.checkpoints import latest_epoch
from aae_jax.config import Config
from aae_jax.runs import read_config
from aae_jax.state import Params


@dataclass(frozen=True)
class Arm:
    """One recipe on one dataset; `epochs` None is the recipe's own number."""

    recipe: str
    dataset: str
    epochs: int | None = None

    def flags(self, seed: int) -> list[str]:
        """Return the flags of train.py that train this arm from `seed`."""
        flags = ["--recipe", self.recipe, "--dataset", self.dataset]
        if self.epochs is not None:
            flags += ["--epochs", str(self.epochs)]
        return [*flags, "--seed", str(seed)]


def trained(arm: Arm, seed: int, root: Path) -> tuple[Path, Config, Params]:
    """Return a finished run of the arm under `root`, training what is missing."""
    run = root / f"{arm.dataset}-{arm.recipe}-{seed}"
    where = ["--run-dir", str(run)]
    if not (run / "config.json").exists():
        train.main([*arm.flags(seed), *where])
    elif latest_epoch(run) != read_config(run).epochs:
        train.main([*where, "--resume"])
    return run, *load_run(run)
