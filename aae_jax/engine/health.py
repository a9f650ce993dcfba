"""Signs of a game that goes wrong, from the numbers that a run records.

docs/guides/losses.md says how their bounds were found.
"""

import math
from collections import deque
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, cast

import jax
import numpy as np

from aae_jax.core.abilities import HasPrior
from aae_jax.core.networks import Discriminator
from aae_jax.core.parts import flag_of

WON = 0.2
"""A discriminator's loss below it: it tells codes from the prior, and is sure."""

BLIND = 0.98 * 2 * math.log(2)
"""A discriminator's loss above it: it tells nothing apart."""

LEFT = 0.2
"""Nats a dimension of codes from their prior: see `distance`."""

DEAD = 0.6
"""Share of a network's hidden units that no gradient reaches."""

PATIENCE = 3
"""Epochs in a row that show a sign before it is told."""

EARLY_SHARE, EARLY_STEPS = 0.25, 10_000
"""Of the plan, or in steps if they are fewer: until then nothing is a sign."""

APART = "Train a run of its own with"


class Shown(NamedTuple):
    """What an epoch shows of the health of a run.

    Attributes:
      losses: Of each discriminator, by phase.
      distance: Of the codes from the prior: see `distance`.
      dead_units: Share of the hidden units of each network.
    """

    losses: dict[str, float]
    distance: float
    dead_units: dict[str, float]


class Watch:
    """Tells each sign of one run once, where it lasts."""

    def __init__(self, config: Any):
        """Watch a run of this config."""
        self._config = config
        self._recent: deque[dict[str, str]] = deque(maxlen=PATIENCE)
        self._told: set[str] = set()

    def new(self, epoch: int, shown: Shown) -> dict[str, str]:
        """Return the signs to be told after an epoch that shows this: name -> words."""
        steps = epoch * self._config.steps_per_epoch
        if steps < min(EARLY_SHARE * self._config.num_steps, EARLY_STEPS):
            return {}
        self._recent.append(found := signs(shown))
        if len(self._recent) < PATIENCE:
            return {}
        lasting = set.intersection(*map(set, self._recent)) - self._told
        self._told |= lasting
        return {sign: words for sign, words in found.items() if sign in lasting}


def shown(config: Any, metrics: Mapping[str, Any]) -> Shown:
    """Return what the metrics of an epoch show."""
    return Shown(
        {name: metrics[name] for name in games(config)},
        distance(config, metrics),
        dict(zip(config.networks(), metrics.get("dead_units", ()), strict=False)),
    )


def signs(shown: Shown) -> dict[str, str]:
    """Return the signs of a game that goes wrong: name -> words, with the remedy."""
    return dict(_signs(*shown))


def _signs(
    losses: dict[str, float], distance: float, dead_units: dict[str, float]
) -> Iterator[tuple[str, str]]:
    rates = " or ".join(f"{flag_of(name)}.lr" for name in losses)
    where = f"codes lie {distance:.2f} nats a dimension from the prior"
    if won := [name for name, loss in losses.items() if loss < WON]:
        words = f"{' and '.join(won)} has won, its loss is below {WON}: codes hardly "
        yield "won", f"{words}learn from it. {APART} a lower {rates}"
    elif losses and distance > LEFT:
        is_blind = min(losses.values()) > BLIND
        words = f"{where}, so that samples of the prior are no styles"
        words += ", and no discriminator sees it" if is_blind else ""
        remedy = f"a higher {rates}, or a lower rate against it"
        yield "blind" if is_blind else "left", f"{words}. {APART} {remedy}"
    if dead := [name for name, share in dead_units.items() if share > DEAD]:
        words = f"no gradient reaches most hidden units of {' and '.join(dead)}"
        yield "dead", f"{words}. {APART} --activation leaky_relu, or lower rates"


@lru_cache
def games(config: Any) -> list[str]:
    """Return the names of the phases that update discriminators and nothing else."""
    modules = {name: network.module for name, network in config.networks().items()}
    return [
        phase.name
        for phase in config.phases()
        if all(isinstance(modules[name], Discriminator) for name in phase.updates)
    ]


def distance(config: Any, metrics: Mapping[str, Any]) -> float:
    """Return how far the codes of an epoch are from the prior, in nats a dimension.

    That of their moments: the divergence KL(codes | prior) of Gaussians with the mean
    and the deviation of each, mean over the dimensions of the style. 0 without a prior.
    """
    if not isinstance(config, HasPrior):
        return 0.0
    prior_mean, prior_std = _moments(cast(Any, config.prior), config.code_dim)
    share = np.maximum(metrics["code_std"], 1e-6) / prior_std
    off = (np.array(metrics["code_mean"]) - prior_mean) / prior_std
    nats = (share**2 + off**2 - 1) / 2 - np.log(share)
    # Of a code that is a style and a class, the style comes first.
    return float(np.mean(nats[: cast(Any, config).latent_dim]))


@lru_cache
def _moments(prior: Any, code_dim: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and deviation of samples of the prior: [Z] each."""
    samples = np.asarray(prior.sample(jax.random.key(0), 4096, code_dim))
    return samples.mean(axis=0), samples.std(axis=0)
