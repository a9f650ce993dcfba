"""Optimizers as parts of a config: how each phase descends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import jax.numpy as jnp
import optax

from aae_jax.core.parts import Fraction, NonNegative, Part


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
        return optax.adam(self.rates(config), b1=self.beta1)

    def rates(self, config: Any) -> float | Callable:
        """Return the learning rate, or a function from step to rate."""
        # lr |  ______         schedule cosine: the rate holds for a fraction `hold` of
        #    | /      \__      the run, then falls to 0 at its last step; a warm-up
        #    |/          \___  multiplies it, whatever the schedule
        #    +--------------> step
        if config.schedule == "constant" and not config.num_warmup_steps:
            return self.lr
        rates = optax.constant_schedule(self.lr)
        if config.schedule == "cosine":
            held = int(self.hold * config.num_steps)
            decay = optax.cosine_decay_schedule(self.lr, config.num_steps - held)
            rates = optax.join_schedules([rates, decay], [held])
        warmup = config.num_warmup_steps
        if not warmup:
            return rates
        return lambda step: rates(step) * jnp.minimum(1.0, (step + 1.0) / warmup)
