"""A run that is written at once: as if the command had trained it."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from aae_jax import load_run, save_run, train
from aae_jax.algorithms.autoencoder import Autoencoder
from aae_jax.algorithms.semi_supervised import SemiSupervised
from aae_jax.core.config import Config
from aae_jax.core.optimizers import Adam
from aae_jax.data import DatasetSplits
from aae_jax.errors import RunError
from aae_jax.runs.checkpoints import restore_state
from aae_jax.runs.folder import LABELED
from aae_jax.runs.journal import read_metrics
from aae_jax.runs.recorder import is_recorded
from tests.support.configs import bare
from tests.support.trees import assert_equal


@dataclass(frozen=True)
class Mine(Autoencoder):
    """An algorithm that the package does not know."""

    kind: ClassVar[str] = "mine"


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", [Mine, SemiSupervised])
def test_what_was_trained_is_read_back(
    algorithm: type[Config], tmp_path: Path, splits: DatasetSplits
) -> None:
    config, run = bare(algorithm), tmp_path / "run"
    state, metrics = train(config, splits)
    figure = save_run(str(run), config, state, splits, metrics)
    assert_equal(load_run(run, algorithms=(algorithm,)), (config, state.params))
    assert_equal(restore_state(run, config), state)
    assert read_metrics(run) == metrics and len(metrics) == config.epochs
    assert figure.exists() and is_recorded(run, config)
    assert (run / LABELED).exists() == (algorithm is SemiSupervised)
    with pytest.raises(RunError, match="a run is never overwritten"):
        save_run(run, config, state, splits)


@pytest.mark.slow
def test_a_training_that_diverges_says_so(splits: DatasetSplits) -> None:
    config = bare(Mine, reconstruction=Adam(1e30), activation="leaky_relu", epochs=20)
    with pytest.raises(RunError, match="diverged in epoch"):
        train(config, splits)
