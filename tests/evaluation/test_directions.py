"""Directions of style: found, told apart, and called by what they do."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.evaluation.directions import find_directions

SCALE, Z, N, SIDE = 3.0, 4, 300, 20
TURN = np.linalg.qr(np.random.default_rng(1).normal(size=(Z, Z)))[0]
"""Its rows are the directions in which strokes lean, thicken, move, and stay."""


class Strokes:
    """Decodes upright strokes: where they stand is the content."""

    image_shape, num_classes, scale, temperature = (SIDE, SIDE, 1), 2, SCALE, 1.0

    def decode_labels(self, params: Any, z: jax.Array, labels: jax.Array) -> jax.Array:
        lean, thick, move, _ = (z / SCALE @ TURN.T).T[:, :, None, None]
        y, x = jnp.mgrid[:SIDE, :SIDE][:, None] - SIDE / 2.0
        place = 4 * labels[:, 0, None, None] - 2 + 0.3 * move
        distance = jnp.abs(x + 0.15 * lean * y - place)
        inside = jnp.minimum(2 + 0.4 * thick - distance, 7 - jnp.abs(y))
        return 4 * inside[..., None]


@pytest.fixture(scope="module")
def codes() -> tuple[np.ndarray, np.ndarray]:
    places = np.random.default_rng(0).normal(size=(N, Z)).astype(np.float32)
    return SCALE * places, np.arange(N, dtype=np.int32) % 2


def test_directions_are_found_and_named(codes: tuple) -> None:
    found = find_directions(Strokes(), {}, *codes, strokes=True)  # type: ignore[arg-type]
    named = {one.name: one for one in found if one.name}
    assert set(named) == {"slant", "width"}  # that of a stroke is its thickness
    for name, row in (("slant", 0), ("width", 1)):
        assert named[name].vector @ TURN[row] > 0.9
        assert named[name].correlation > 0.9
    vectors = np.stack([one.vector for one in found])
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(Z), atol=1e-6)
    effects = [one.effect for one in found]
    assert effects == sorted(effects, reverse=True)
    # Nothing is drawn otherwise along the last one.
    assert abs(found[-1].vector @ TURN[3]) > 0.9
    assert found[-1].name == "" and found[-1].correlation is None
    assert all(-3 < one.low < -1.5 < 1.5 < one.high < 3 for one in found)


def test_without_strokes_and_in_color_less_has_a_name(codes: tuple) -> None:
    plain = find_directions(Strokes(), {}, *codes, strokes=False)  # type: ignore[arg-type]
    assert {one.name for one in plain} == {"width", ""}

    class Colored(Strokes):
        image_shape = (SIDE, SIDE, 3)

        def decode_labels(self, *given: Any) -> jax.Array:
            return jnp.tile(super().decode_labels(*given), (1, 1, 1, 3))

    colored = find_directions(Colored(), {}, *codes, strokes=False)  # type: ignore[arg-type]
    assert {one.name for one in colored} == {""}
    assert len(colored) == Z
