"""Priors p(z) as parts of a config: what a style is drawn from."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

import jax
import jax.numpy as jnp

from aae_jax.core.parts import Part, Scale


class Prior(Protocol):
    """What codes are matched to, as far as an algorithm needs it.

    Attributes:
      dimensions: The one length Z that its samples may have; None where it is any.
    """

    dimensions: ClassVar[int | None]

    @property
    def scale(self) -> float:
        """What codes are divided by to have about unit variance."""

    def sample(self, key: jax.Array, n: int, latent_dim: int) -> jax.Array:
        """Draw n codes [n, Z]."""

    def walk(self, start: jax.Array, end: jax.Array, num: int) -> jax.Array:
        """Return `num` codes [num, Z] from `start` [Z] to `end` [Z]."""


@dataclass(frozen=True)
class Gaussian(Part):
    """The Gaussian N(0, std^2 I)."""

    kind: ClassVar[str] = "gaussian"
    dimensions: ClassVar[int | None] = None

    std: Scale = 5.0
    """Standard deviation sigma; codes z are in these units."""

    @property
    def scale(self) -> float:
        """What codes are divided by to have about unit variance."""
        return self.std

    def sample(self, key: jax.Array, n: int, latent_dim: int) -> jax.Array:
        """Draw n codes [n, Z]."""
        return self.std * jax.random.normal(key, (n, latent_dim))

    def walk(self, start: jax.Array, end: jax.Array, num: int) -> jax.Array:
        """Return `num` codes [num, Z] on the arc from `start` [Z] to `end` [Z].

        The angle changes evenly, and so does the distance from the origin: halfway
        between two typical samples lies a typical sample, which a straight line would
        miss (White 2016, arXiv 1609.04468). Exactly opposite codes have no one arc
        between them.
        """
        ends = jnp.stack([start, end])
        norms = jnp.linalg.norm(ends, axis=1, keepdims=True)
        directions = ends / jnp.maximum(norms, jnp.finfo(ends.dtype).tiny)
        angle = jnp.arccos(jnp.clip(jnp.vdot(*directions), -1, 1))
        t = jnp.linspace(0, 1, num)[:, None]
        shares = jnp.concatenate([1 - t, t], axis=1)
        # sin(a s) / sin(a) through sinc stays finite where both codes point one way.
        weights = shares * jnp.sinc(shares * angle / jnp.pi)
        weights /= jnp.sinc(angle / jnp.pi)
        return (weights @ directions) * (shares @ norms)
