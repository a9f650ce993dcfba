"""Walks from one style to another keep to styles that the prior would give."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from trees import assert_close

from aae_jax.sampling import interpolate

NUM = 7


def style(*numbers: float) -> jax.Array:
    return jnp.array(numbers, dtype=jnp.float32)


WALKS = {
    "across": (style(3, -1, 2), style(-2, 4, 1)),
    "at right angles": (style(5, 0, 0), style(0, 0, 2)),
    "nearly the same way": (style(3, 4, 0), style(3, 4, 1e-4)),
    "the same way": (style(1, 2, 2), style(2, 4, 4)),
    "nowhere": (style(1, 2, 2), style(1, 2, 2)),
}


@pytest.fixture(params=WALKS)
def ends(request: pytest.FixtureRequest) -> tuple[jax.Array, jax.Array]:
    return WALKS[request.param]


def test_a_walk_begins_and_ends_at_its_styles(
    ends: tuple[jax.Array, jax.Array],
) -> None:
    walk = interpolate(*ends, NUM)
    assert walk.shape == (NUM, 3)
    assert_close((walk[0], walk[-1]), ends)


def test_the_norm_changes_evenly(ends: tuple[jax.Array, jax.Array]) -> None:
    norms = np.linalg.norm(interpolate(*ends, NUM), axis=1)
    first, last = (np.linalg.norm(end) for end in ends)
    np.testing.assert_allclose(norms, np.linspace(first, last, NUM), rtol=1e-5)


def test_the_angle_changes_evenly(ends: tuple[jax.Array, jax.Array]) -> None:
    walk = np.asarray(interpolate(*ends, NUM), dtype=np.float64)
    directions = walk / np.linalg.norm(walk, axis=1, keepdims=True)
    # The chord between neighbours on the unit sphere is as long everywhere.
    chords = np.linalg.norm(np.diff(directions, axis=0), axis=1)
    np.testing.assert_allclose(chords, chords.mean(), atol=1e-5)


def test_halfway_at_right_angles_is_the_diagonal() -> None:
    halfway = interpolate(style(2, 0), style(0, 2), 3)[1]
    assert_close(halfway, np.sqrt([2.0, 2.0]))


def test_a_walk_can_be_compiled_and_taken_in_batches() -> None:
    starts, ends = (jnp.stack(styles) for styles in zip(*WALKS.values(), strict=True))
    walks = jax.jit(jax.vmap(lambda start, end: interpolate(start, end, NUM)))
    expected = jnp.stack([interpolate(*pair, NUM) for pair in WALKS.values()])
    assert_close(walks(starts, ends), expected)
