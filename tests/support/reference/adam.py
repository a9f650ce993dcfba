"""Adam with bias correction, and the rate that its plan gives it."""

from typing import NamedTuple

import numpy as np

Array = np.ndarray


class Optimizer(NamedTuple):
    """How fast a phase descends, and in how many steps it warms up and is stopped."""

    rate: float
    beta1: float
    decay_steps: int | None = None
    warmup_steps: int = 0
    held_steps: int = 0
    beta2: float = 0.999
    epsilon: float = 1e-8


class Adam(NamedTuple):
    """Running means of gradients and their squares, and the number of steps."""

    mu: list[Array]
    nu: list[Array]
    num_steps: int


def initial_adam(params: list[Array]) -> Adam:
    """Return the means before the first step: zeros."""
    return Adam([0 * p for p in params], [0 * p for p in params], num_steps=0)


def descend(
    optimizer: Optimizer, params: list[Array], gradients: list[Array], adam: Adam
) -> tuple[list[Array], Adam]:
    """Take one step (Kingma and Ba 2015, algorithm 1)."""
    beta1, beta2, epsilon = optimizer.beta1, optimizer.beta2, optimizer.epsilon
    rate, t = planned_rate(optimizer, adam.num_steps), adam.num_steps + 1
    moved, mu, nu = [], [], []
    for p, g, m, v in zip(params, gradients, adam.mu, adam.nu, strict=True):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        unbiased_m, unbiased_v = m / (1 - beta1**t), v / (1 - beta2**t)
        moved.append(p - rate * unbiased_m / (np.sqrt(unbiased_v) + epsilon))
        mu.append(m)
        nu.append(v)
    return moved, Adam(mu, nu, t)


def planned_rate(optimizer: Optimizer, num_steps: int) -> float:
    """Return the rate after `num_steps` steps: held, then half a cosine down to 0.

    While it warms up, only so much of it as steps have begun of the warm-up's.
    """
    rate, _, decay_steps, warmup_steps, held_steps, *_ = optimizer
    if decay_steps is not None:
        progress = max(num_steps - held_steps, 0) / (decay_steps - held_steps)
        rate *= (1 + np.cos(np.pi * min(progress, 1))) / 2
    return rate * min((num_steps + 1) / warmup_steps, 1) if warmup_steps else rate
