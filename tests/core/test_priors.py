"""The Gaussian prior, and walks in it, which keep to styles that it would give."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.core.priors import Gaussian
from tests.support.trees import assert_close

NUM = 7
walk = Gaussian().walk


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


def test_the_prior_is_a_gaussian_of_its_deviation() -> None:
    prior = Gaussian(std=3.0)
    assert prior.scale == 3
    z = prior.sample(jax.random.key(0), 20_000, 3)
    assert z.shape == (20_000, 3)
    np.testing.assert_allclose(np.mean(z, axis=0), 0, atol=0.1)
    np.testing.assert_allclose(np.cov(z, rowvar=False), 9 * np.eye(3), atol=0.4)
    assert np.mean(np.abs(z) < 3.0) == pytest.approx(0.6827, abs=0.01)


def test_a_walk_begins_and_ends_at_its_styles(
    ends: tuple[jax.Array, jax.Array],
) -> None:
    codes = walk(*ends, NUM)
    assert codes.shape == (NUM, 3)
    assert_close((codes[0], codes[-1]), ends)


def test_the_norm_changes_evenly(ends: tuple[jax.Array, jax.Array]) -> None:
    norms = np.linalg.norm(walk(*ends, NUM), axis=1)
    first, last = (np.linalg.norm(end) for end in ends)
    np.testing.assert_allclose(norms, np.linspace(first, last, NUM), rtol=1e-5)


def test_the_angle_changes_evenly(ends: tuple[jax.Array, jax.Array]) -> None:
    codes = np.asarray(walk(*ends, NUM), dtype=np.float64)
    directions = codes / np.linalg.norm(codes, axis=1, keepdims=True)
    # The chord between neighbours on the unit sphere is as long everywhere.
    chords = np.linalg.norm(np.diff(directions, axis=0), axis=1)
    np.testing.assert_allclose(chords, chords.mean(), atol=1e-5)


def test_halfway_at_right_angles_is_the_diagonal() -> None:
    halfway = walk(style(2, 0), style(0, 2), 3)[1]
    assert_close(halfway, np.sqrt([2.0, 2.0]))


def test_a_walk_can_be_compiled_and_taken_in_batches() -> None:
    starts, ends = (jnp.stack(styles) for styles in zip(*WALKS.values(), strict=True))
    walks = jax.jit(jax.vmap(lambda start, end: walk(start, end, NUM)))
    expected = jnp.stack([walk(*pair, NUM) for pair in WALKS.values()])
    assert_close(walks(starts, ends), expected)
