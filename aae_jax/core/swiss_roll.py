"""A swiss roll in the plane (Makhzani et al. 2015, section 2.3)."""

from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp

from aae_jax.core.components import Components
from aae_jax.core.parts import Scale

CODES_AT_A_TIME = 1000
"""Whose distances to all places are held in memory."""

NUM_PLACES = 2000
"""Places on a roll among which the nearest one is sought."""


@dataclass(frozen=True)
class SwissRoll(Components):
    """A spiral, whose components are equally long parts from the inside to the outside.

    A share u of the roll, drawn evenly, lies at the radius R sqrt(u) and the angle
    2 pi T sqrt(u), which makes its length nearly proportional to u.
    """

    kind: ClassVar[str] = "swiss_roll"

    radius: Scale = 3.0
    """Radius R of the outer end."""

    turns: Scale = 2.0
    """Number T of turns."""

    @property
    def scale(self) -> float:
        """Root mean square of a coordinate, what codes are divided by."""
        return self.radius / 2

    def sample_given(
        self, key: jax.Array, labels: jax.Array, latent_dim: int
    ) -> jax.Array:
        """Draw a code of the part of each of `labels` [n] int: [n, 2]."""
        within = jax.random.uniform(key, (labels.shape[0],))
        return self._place((labels + within) / self.components)

    def nearest(self, z: jax.Array) -> jax.Array:
        """Return the part of the roll that each of the codes [n, 2] is nearest to."""
        part = jnp.floor(self._share(z) * self.components).astype(jnp.int32)
        return jnp.minimum(part, self.components - 1)

    def paths(self, num: int) -> jax.Array:
        """Return codes along each part of the roll: [components, num, 2]."""
        within = jnp.tile(jnp.linspace(0, 1, num), self.components)
        which = jnp.repeat(jnp.arange(self.components), num)
        shares = (which + within) / self.components
        return self._place(shares).reshape(self.components, num, 2)

    def walk(self, start: jax.Array, end: jax.Array, num: int) -> jax.Array:
        """Return `num` codes [num, 2] along the roll from `start` [2] to `end` [2].

        How far they are off the roll changes evenly.
        """
        ends = jnp.stack([start, end])
        shares = self._share(ends)
        off = ends - self._place(shares)
        way = self._place(jnp.linspace(shares[0], shares[1], num))
        return way + jnp.linspace(off[0], off[1], num)

    def _place(self, shares: jax.Array) -> jax.Array:
        """Return where on the plane shares u [n] of the roll lie: [n, 2]."""
        root = jnp.sqrt(shares)
        angles = 2 * jnp.pi * self.turns * root
        ray = jnp.stack([jnp.cos(angles), jnp.sin(angles)], axis=1)
        return self.radius * root[:, None] * ray

    def _share(self, z: jax.Array) -> jax.Array:
        """Return the share u of the roll that each code [n, 2] is nearest to: [n]."""
        shares = (jnp.arange(NUM_PLACES) + 0.5) / NUM_PLACES
        places = self._place(shares)

        def share_of(code: jax.Array) -> jax.Array:
            return shares[jnp.argmin(jnp.square(code[None] - places).sum(axis=-1))]

        return jax.lax.map(share_of, z, batch_size=CODES_AT_A_TIME)
