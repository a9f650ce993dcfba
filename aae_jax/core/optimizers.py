"""Optimizers as parts of a config: how each phase descends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import jax.numpy as jnp
import optax

from aae_jax.core.parts import Fraction, NonNegative, Part

DROPS = (50, 1000)
"""After so many epochs the rates of the schedule `drops` fall to a tenth, each time."""


@dataclass(frozen=True)
class Adam(Part):
    """Adam (Kingma and Ba 2015, arXiv 1412.6980), with a rate that follows its plan."""

    kind: ClassVar[str] = "adam"

    lr: NonNegative = 1e-3
    """Learning rate."""

    beta1: Fraction = 0.9
    """Decay of the mean of the gradients; low in adversarial phases."""

    hold: Fraction = 0.0
    """Fraction of the run in which the rate holds before it falls as a cosine."""

    def build(self, config: Any) -> optax.GradientTransformation:
        """Return the optimizer of a run with this config."""
        return optax.adam(rates(config, self.lr, self.hold), b1=self.beta1)


@dataclass(frozen=True)
class SGD(Part):
    """Gradient descent with momentum, whose rate follows its plan."""

    kind: ClassVar[str] = "sgd"

    lr: NonNegative = 1e-2
    """Learning rate."""

    momentum: Fraction = 0.9
    """Share of the last change that is repeated; low in adversarial phases."""

    def build(self, config: Any) -> optax.GradientTransformation:
        """Return the optimizer of a run with this config."""
        return optax.sgd(rates(config, self.lr), momentum=self.momentum)


Optimizer = Adam | SGD
"""What a phase may descend with."""


def rates(config: Any, lr: float, hold: float = 0.0) -> float | Callable:
    """Return the learning rate of a run, or a function from step to rate."""
    # lr |  ______         schedule cosine: the rate holds for a fraction `hold` of
    #    | /      \__      the run, then falls to 0 at its last step; drops: it falls
    #    |/          \___  at `DROPS`; a warm-up multiplies it, whatever the schedule
    #    +--------------> step
    warmup = config.num_warmup_steps
    if config.schedule == "constant" and not warmup:
        return lr
    planned = optax.constant_schedule(lr)
    if config.schedule == "cosine":
        held = int(hold * config.num_steps)
        decay = optax.cosine_decay_schedule(lr, config.num_steps - held)
        planned = optax.join_schedules([planned, decay], [held])
    if config.schedule == "drops":
        falls = {epochs * config.steps_per_epoch: 0.1 for epochs in DROPS}
        planned = optax.piecewise_constant_schedule(lr, falls)
    if not warmup:
        return planned
    return lambda step: planned(step) * jnp.minimum(1.0, (step + 1.0) / warmup)
