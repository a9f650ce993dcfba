"""Successive halving (Jamieson and Talwalkar 2016): which trial comes next.

Every setting is trained for a few minutes, the best of them for twice as long, and the
best of these for as long as `default` may take, from several seeds.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

Flags = tuple[str, ...]

SPACE: Mapping[str, tuple[str, ...]] = {
    "--hidden-dim": ("500", "350", "700", "1000"),
    "--latent-dim": ("15", "12", "20", "25"),
    "--batch-size": ("100", "50", "200"),
    "--reconstruction.lr": ("1e-3", "5e-4", "2e-3"),
    "--discriminator.lr": ("1e-3", "5e-4", "2e-3"),
    "--generator.lr": ("6e-4", "3e-4", "1e-3"),
    "--discriminator.hold": ("0.25", "0", "0.5"),
    "--generator.hold": ("0.25", "0", "0.5"),
    "--discriminator-noise": ("0.3", "0.15", "0.5"),
    "--latent-noise": ("0.05", "0.02", "0.1"),
    "--agreement-weight": ("0.03", "0.01", "0.1"),
}
"""What is varied: the value to begin with comes first."""

NUM_CHANGES = (2, 3, 4)
"""So many values of a setting may differ from the first."""


class Rung(NamedTuple):
    """One length of training: minutes on two idle cores, settings, seeds of each."""

    minutes: float
    num_settings: int
    num_seeds: int = 1


RUNGS = (Rung(3, 60), Rung(6, 16), Rung(13, 4, 3))


class Trial(NamedTuple):
    """A setting, trained for the minutes of a rung from a seed."""

    setting: int
    minutes: float
    seed: int


def flags_of(setting: int) -> Flags:
    """Return the flags of a setting, decided by its number; 0 has the first values."""
    rng = np.random.default_rng(setting)
    count = rng.choice(NUM_CHANGES) if setting else 0
    chosen = {flag: values[0] for flag, values in SPACE.items()}
    for flag in rng.choice([*SPACE], count, replace=False):
        chosen[flag] = str(rng.choice(SPACE[flag][1:]))
    return tuple(word for pair in chosen.items() for word in pair)


def next_trial(log: Sequence[Mapping[str, Any]]) -> Trial | None:
    """Return the trial that comes after those of a log; None where all are done.

    Args:
      log: One entry a trial that was made: `setting`, `minutes`, `seed`, `score`.
    """
    done = {Trial(entry["setting"], entry["minutes"], entry["seed"]) for entry in log}
    settings = list(range(RUNGS[0].num_settings))
    for rung in RUNGS:
        for seed in range(rung.num_seeds):
            for setting in settings[: rung.num_settings]:
                trial = Trial(setting, rung.minutes, seed)
                if trial not in done:
                    return trial
        settings = best_of(log, rung.minutes)
    return None


def best_of(log: Sequence[Mapping[str, Any]], minutes: float) -> list[int]:
    """Return the settings that were trained for so long, those of most score first."""
    scores: dict[int, list[float]] = {}
    for entry in log:
        if entry["minutes"] == minutes:
            scores.setdefault(entry["setting"], []).append(entry["score"])
    return sorted(scores, key=lambda setting: -float(np.mean(scores[setting])))
