"""A mixture of Gaussians in the plane (Makhzani et al. 2015, section 2.3)."""

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from aae_jax.core.components import Components
from aae_jax.core.parts import Scale

REACH = 2.0
"""Standard deviations from the middle of a component to either end of its path."""


@dataclass(frozen=True)
class Mixture(Components):
    """Long Gaussians in a ring that point outward, like the petals of a flower."""

    kind: ClassVar[str] = "mixture"

    distance: Scale = 1.4
    """Of the middle of each component from the origin."""

    along: Scale = 0.5
    """Standard deviation of a component outward."""

    across: Scale = 0.05
    """Standard deviation of a component across that."""

    @property
    def scale(self) -> float:
        """Root mean square of a coordinate, what codes are divided by."""
        return ((self.distance**2 + self.along**2 + self.across**2) / 2) ** 0.5

    def sample_given(
        self, key: jax.Array, labels: jax.Array, latent_dim: int
    ) -> jax.Array:
        """Draw a code of the component of each of `labels` [n] int: [n, 2]."""
        along, across = jax.random.normal(key, (2, labels.shape[0]))
        outward = self.distance + self.along * along
        return self._turned(outward, self.across * across, labels)

    def nearest(self, z: jax.Array) -> jax.Array:
        """Return the most likely component of each of the codes [n, 2]: [n]."""
        angles = self._angles(jnp.arange(self.components))
        outward = jnp.stack([jnp.cos(angles), jnp.sin(angles)])
        sideward = jnp.stack([-jnp.sin(angles), jnp.cos(angles)])
        along = (z @ outward - self.distance) / self.along
        across = z @ sideward / self.across
        return jnp.argmin(along**2 + across**2, axis=1)

    def paths(self, num: int) -> jax.Array:
        """Return codes along the middle of each component: [components, num, 2]."""
        steps = self.distance + self.along * jnp.linspace(-REACH, REACH, num)
        which = jnp.repeat(jnp.arange(self.components), num)
        outward = jnp.tile(steps, self.components)
        codes = self._turned(outward, jnp.zeros_like(outward), which)
        return codes.reshape(self.components, num, 2)

    def walk(self, start: jax.Array, end: jax.Array, num: int) -> jax.Array:
        """Return `num` codes [num, 2] on the straight line from `start` to `end` [2].

        Between components lies no way of samples.
        """
        return jnp.linspace(start, end, num)

    def _angles(self, labels: jax.Array) -> jax.Array:
        return 2 * jnp.pi * labels / self.components

    def _turned(self, outward: jax.Array, sideward: jax.Array, labels: jax.Array):
        """Turn numbers [n] along and across a component to where it is: [n, 2]."""
        angles = self._angles(labels)
        cos, sin = jnp.cos(angles), jnp.sin(angles)
        x, y = outward * cos - sideward * sin, outward * sin + sideward * cos
        return jnp.stack([x, y], axis=1)
