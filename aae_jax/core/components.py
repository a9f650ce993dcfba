"""Priors in the plane that are made of components, one for each class.

Makhzani et al. 2015, section 2.3.
"""

from dataclasses import dataclass
from typing import ClassVar

import jax

from aae_jax.core.parts import Part, Several


@dataclass(frozen=True)
class Components(Part):
    """A prior of equally likely components in the plane: codes have two dimensions."""

    dimensions: ClassVar[int | None] = 2

    components: Several = 10
    """Number of components; of labeled codes, class k has the k-th."""

    @property
    def scale(self) -> float:
        """Root mean square of a coordinate, what codes are divided by."""
        raise NotImplementedError

    def sample(self, key: jax.Array, n: int, latent_dim: int) -> jax.Array:
        """Draw n codes [n, 2], each of any component."""
        which_key, code_key = jax.random.split(key)
        which = jax.random.randint(which_key, (n,), 0, self.components)
        return self.sample_given(code_key, which, latent_dim)

    def sample_given(
        self, key: jax.Array, labels: jax.Array, latent_dim: int
    ) -> jax.Array:
        """Draw a code of the component of each of `labels` [n] int: [n, 2]."""
        raise NotImplementedError

    def nearest(self, z: jax.Array) -> jax.Array:
        """Return the component that each of the codes [n, 2] lies nearest to: [n]."""
        raise NotImplementedError

    def paths(self, num: int) -> jax.Array:
        """Return codes along the middle of each component: [components, num, 2]."""
        raise NotImplementedError

    def walk(self, start: jax.Array, end: jax.Array, num: int) -> jax.Array:
        """Return `num` codes [num, 2] from `start` [2] to `end` [2]."""
        raise NotImplementedError
