"""Signs of a game that goes wrong: told once, where they last, with the remedy."""

from dataclasses import replace
from itertools import pairwise

import jax
import numpy as np
import pytest

from aae_jax.core.abilities import HasPrior
from aae_jax.core.config import Config
from aae_jax.engine import health
from aae_jax.engine.health import Shown, Watch, shown, signs

GOOD = Shown({"discriminator": 1.3}, 0.01, {"encoder": 0.1})


@pytest.mark.parametrize(
    ("changes", "sign", "remedy"),
    [
        ({}, "", ""),
        ({"losses": {"discriminator": 0.1}}, "won", "lower --discriminator.lr"),
        ({"losses": {"a": 1.3, "b": 0.1}, "distance": 1.0}, "won", "lower --a.lr or"),
        (
            {"losses": {"discriminator": 1.386}, "distance": 0.5},
            "blind",
            "higher --discriminator.lr",
        ),
        ({"losses": {"discriminator": 1.386}}, "", ""),
        ({"distance": 0.5}, "left", "or a lower rate against it"),
        ({"losses": {}, "distance": 0.5}, "", ""),
        ({"dead_units": {"encoder": 0.1, "decoder": 0.7}}, "dead", "leaky_relu"),
    ],
)
def test_a_sign_has_a_name_and_a_remedy(changes: dict, sign: str, remedy: str) -> None:
    found = signs(GOOD._replace(**changes))
    assert [*found] == [sign] * bool(sign)
    assert all(remedy in words and "\n" not in words for words in found.values())


def test_a_sign_is_told_once_where_it_lasts(default: Config) -> None:
    bad = GOOD._replace(distance=1.0)
    plan = replace(default, epochs=40)
    seen = [bad, bad, bad, *[GOOD] * 10, bad, bad, GOOD, *[bad] * 24]
    watch = Watch(plan)
    told = [bool(watch.new(epoch, one)) for epoch, one in enumerate(seen, start=1)]
    assert np.flatnonzero(told).tolist() == [18]


def test_codes_of_the_prior_are_at_no_distance_from_it(algorithm: Config) -> None:
    if not isinstance(algorithm, HasPrior):
        assert health.distance(algorithm, {}) == 0
        return
    z = np.asarray(algorithm.prior.sample(jax.random.key(3), 5000, algorithm.code_dim))
    farther = [
        health.distance(algorithm, {"code_mean": mean, "code_std": std})
        for mean, std in (
            (z.mean(0), z.std(0)),
            (z.mean(0), 0.5 * z.std(0)),
            (z.mean(0), np.zeros(z.shape[1])),
        )
    ]
    assert 0 <= farther[0] < 0.01
    assert all(near < far for near, far in pairwise(farther)) and farther[1] > 0.2


def test_a_game_is_told_by_its_networks(algorithm: Config) -> None:
    games = health.games(algorithm)
    names = [name for name in algorithm.networks() if "discriminator" in name]
    assert games == names
    entry = {**dict.fromkeys(games, 1.0), "code_mean": 0.0, "code_std": 1.0}
    assert list(shown(algorithm, entry).losses) == games
