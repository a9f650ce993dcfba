"""A finished run read back: its networks, and where its codes lie without a prior."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import jax
import numpy as np
import pytest

from aae_jax import encode, load_run
from aae_jax.algorithms.autoencoder import Autoencoder
from aae_jax.core.codes import KnownCodes, code_gaussian, sample_styles
from aae_jax.core.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.errors import RunError
from aae_jax.runs.codes import CODES, read_codes
from aae_jax.runs.loading import newest_run
from aae_jax.runs.making import create_run
from aae_jax.runs.recorder import LAST_FIGURE, draw_figures, is_recorded
from aae_jax.storage.files import replace_arrays
from tests.support.configs import everything_on, first_state
from tests.support.runs import ORIGIN, saved_run
from tests.support.trees import assert_close, assert_equal


@dataclass(frozen=True)
class MyAutoencoder(Autoencoder):
    """An algorithm that the package does not know: it codes the negative."""

    kind: ClassVar[str] = "mine"

    def encode(self, params, images):
        return super().encode(params, 1 - images)


@pytest.mark.slow
def test_config_and_parameters_come_back(tmp_path: Path, algorithm: Config) -> None:
    state = first_state(algorithm)
    run = saved_run(tmp_path / "run", algorithm, state, 1)
    for path in (run, str(run)):
        assert_equal(load_run(path), (algorithm, state.params))


def test_an_algorithm_of_the_callers_is_loaded_where_it_is_given(
    tmp_path: Path,
) -> None:
    mine = everything_on(MyAutoencoder)
    run = saved_run(tmp_path / "run", mine, first_state(mine), 1)
    with pytest.raises(RunError, match=r"of the kind 'mine', which .* does not know"):
        load_run(run)
    config, params = load_run(run, algorithms=(MyAutoencoder,))
    assert isinstance(config, MyAutoencoder)
    images = np.random.default_rng(0).random((2, *config.image_shape), np.float32)
    plain = Autoencoder.encode(config, params, 1 - images)
    assert_equal(encode(config, params, images), plain)


def test_a_run_without_a_checkpoint_says_how_to_train_it(
    tmp_path: Path, default: Config
) -> None:
    create_run(tmp_path / "run", default, ORIGIN)
    with pytest.raises(RunError, match=r"no finished checkpoint yet.*--resume"):
        load_run(tmp_path / "run")
    with pytest.raises(RunError, match=r"no trained run under .*train.py"):
        newest_run(tmp_path)
    with pytest.raises(RunError, match=r"no trained run under .*sample.py --pretra"):
        newest_run(tmp_path / "nowhere")


def test_the_newest_run_is_the_newest_that_is_trained(
    tmp_path: Path, default: Config
) -> None:
    state = first_state(default)
    old = saved_run(tmp_path / "old", default, state, 1)
    new = saved_run(tmp_path / "sweep" / "seed-3", default, state, 1)
    create_run(tmp_path / "untrained", default, ORIGIN)
    for age, run in enumerate((tmp_path / "untrained", new, old)):
        os.utime(run / "config.json", (1e9 - age, 1e9 - age))
    assert newest_run(tmp_path) == new
    os.utime(old / "config.json")
    assert newest_run(tmp_path) == old


@pytest.fixture
def blind() -> Config:
    """An algorithm without a prior."""
    return everything_on(Autoencoder, num_train=43)


@pytest.fixture
def drawn(tmp_path: Path, blind: Config, splits: DatasetSplits) -> Path:
    """A run of it to whose end nothing is missing."""
    draw_figures(tmp_path, blind, first_state(blind).params, splits)
    (tmp_path / "figures" / LAST_FIGURE).touch()
    assert is_recorded(tmp_path, blind)
    return tmp_path


def test_styles_are_drawn_from_recorded_codes(drawn: Path, blind: Config) -> None:
    found = code_gaussian(read_codes(drawn, blind).z)
    z = sample_styles(blind, jax.random.key(0), 20_000, found)
    spread = float(np.sqrt(np.diag(found.covariance)).max())
    assert_close(z.mean(axis=0), found.mean, tolerance=0.03 * spread)
    covariance = np.cov(z, rowvar=False)
    assert_close(covariance, found.covariance, tolerance=0.05 * spread**2)


@pytest.mark.parametrize("damage", ["missing", "empty", "half", "other", "longer"])
def test_codes_that_cannot_be_read_are_refused_with_what_restores_them(
    drawn: Path, blind: Config, damage: str
) -> None:
    whole = (drawn / CODES).read_bytes()
    (drawn / CODES).unlink()
    if damage in ("empty", "half"):
        half = len(whole) // 2 if damage == "half" else 0
        (drawn / CODES).write_bytes(whole[:half])
    if damage == "other":
        replace_arrays(drawn / CODES, {"mean": np.zeros(3, np.float32)})
    if damage == "longer":
        longer = KnownCodes(np.zeros((5, 4), np.float32), np.zeros(5, np.int32))
        replace_arrays(drawn / CODES, longer._asdict())
    with pytest.raises(RunError, match=rf"{CODES} cannot be read .*--resume") as said:
        read_codes(drawn, blind)
    assert len(str(said.value).splitlines()) == 1
    assert not is_recorded(drawn, blind)
