"""Optimizers as parts of a config: how each phase descends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import jax.numpy as jnp
import optax

from aae_jax.core.parts import Fraction, NonNegative, Part


class Plan(Protocol):
    """What a learning rate depends on beside its own part: the plan of the run."""

    @property
    def schedule(self) -> str:
        """`constant`, or `cosine`."""

    @property
    def num_steps(self) -> int:
        """Training steps of the whole run."""

    @property
    def num_warmup_steps(self) -> int:
        """Steps in which the rates rise from 0."""


@dataclass(frozen=True)
class Adam(Part):
    """Adam (Kingma and Ba 2015, arXiv 1412.6980), with a rate that follows the plan."""

    kind: ClassVar[str] = "adam"

    lr: NonNegative = 1e-3
    """Learning rate."""

    beta1: Fraction = 0.9
    """Decay of the mean of the gradients; low in adversarial phases."""

    hold: Fraction = 0.0
    """Fraction of the run in which the rate holds before it falls as a cosine."""

    def build(self, plan: Plan) -> optax.GradientTransformation:
        """Return the optimizer of a run with this plan."""
        return optax.adam(self.rates(plan), b1=self.beta1)

    def rates(self, plan: Plan) -> float | Callable:
        """Return the learning rate, or a function from step to rate."""
        # lr |  ______         schedule cosine: the rate holds for a fraction `hold` of
        #    | /      \__      the run, then falls to 0 at its last step; a warm-up
        #    |/          \___  multiplies it, whatever the schedule
        #    +--------------> step
        if plan.schedule == "constant" and not plan.num_warmup_steps:
            return self.lr
        rates = optax.constant_schedule(self.lr)
        if plan.schedule == "cosine":
            held = int(self.hold * plan.num_steps)
            decay = optax.cosine_decay_schedule(self.lr, plan.num_steps - held)
            rates = optax.join_schedules([rates, decay], [held])
        warmup = plan.num_warmup_steps
        if not warmup:
            return rates
        return lambda step: rates(step) * jnp.minimum(1.0, (step + 1.0) / warmup)
