"""What a run writes while it trains, and what is drawn at its end."""

from pathlib import Path

import jax
import numpy as np
import pytest

from aae_jax.core.abilities import DecodesLabels
from aae_jax.core.codes import KnownCodes
from aae_jax.core.config import Config
from aae_jax.core.pictures import Codes, Reconstructions, Samples, StyleGrid
from aae_jax.data import DatasetSplits, pixels
from aae_jax.engine.trainer import EpochResult
from aae_jax.runs.checkpoints import finished_epochs, restore_state
from aae_jax.runs.codes import CODES, read_codes
from aae_jax.runs.journal import append_metrics, read_metrics
from aae_jax.runs.recorder import (
    LAST_FIGURE,
    Recorder,
    draw_figures,
    is_recorded,
    loss_names,
    record_codes,
    take_pictures,
)
from aae_jax.storage.files import replace_arrays
from tests.support.configs import quick_state
from tests.support.trees import assert_close, assert_equal


def metrics(config: Config, epoch: int) -> dict:
    losses = dict.fromkeys(loss_names(config), 0.5)
    clock = {"images_per_second": 1e4, "seconds": 0.1}
    return {"epoch": epoch, **losses, "validation_error": 0.1, **clock}


@pytest.mark.slow
def test_each_epoch_is_written_and_a_checkpoint_where_it_is_asked_for(
    tmp_path: Path, algorithm: Config, splits: DatasetSplits
) -> None:
    state = quick_state(algorithm)
    with Recorder(tmp_path, algorithm, splits, start=0) as recorder:
        for epoch in (1, 2, 3):
            result = EpochResult(state, metrics(algorithm, epoch))
            recorder.record(result, checkpoint=epoch == 2)
    assert [entry["epoch"] for entry in read_metrics(tmp_path)] == [1, 2, 3]
    assert list(read_metrics(tmp_path)[0]) == list(metrics(algorithm, 1))
    assert finished_epochs(tmp_path) == [2]
    assert_equal(restore_state(tmp_path, algorithm), state)
    assert (tmp_path / CODES).exists()
    assert list((tmp_path / "events").iterdir())


@pytest.mark.slow
def test_figures_are_those_of_the_algorithm_and_end_with_the_losses(
    tmp_path: Path, algorithm: Config, splits: DatasetSplits
) -> None:
    params = quick_state(algorithm).params
    first = draw_figures(tmp_path, algorithm, params, splits)
    name = "style_grid" if isinstance(algorithm, DecodesLabels) else "samples"
    figures = {path.stem for path in (tmp_path / "figures").iterdir()}
    assert first.parent == tmp_path / "figures" and first.stem in figures
    assert figures >= {name, "reconstructions", "posterior"}
    assert not is_recorded(tmp_path, algorithm)
    append_metrics(tmp_path, metrics(algorithm, 1))
    draw_figures(tmp_path, algorithm, params, splits)
    assert (tmp_path / "figures" / LAST_FIGURE).exists()
    assert is_recorded(tmp_path, algorithm)


@pytest.mark.slow
def test_pictures_are_on_the_host_and_the_same_styles_all_the_run(
    algorithm: Config, splits: DatasetSplits
) -> None:
    params = quick_state(algorithm).params
    once, again = (take_pictures(algorithm, params, splits) for _ in range(2))
    assert_equal(once, again)
    leaves = jax.tree.leaves(once)
    assert all(isinstance(leaf, np.ndarray | np.generic) for leaf in leaves)
    to_look_at = StyleGrid if isinstance(algorithm, DecodesLabels) else Samples
    kinds = {type(picture) for picture in once.values()}
    assert kinds >= {to_look_at, Reconstructions, Codes}


@pytest.mark.slow
def test_codes_of_training_images_are_recorded(
    tmp_path: Path,
    algorithm: Config,
    splits: DatasetSplits,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aae_jax.runs.recorder.MAX_CODES", 5)
    params = quick_state(algorithm).params
    record_codes(tmp_path, algorithm, params, splits)
    z, labels = read_codes(tmp_path, algorithm)
    some = [0, 8, 17, 25, 34]
    images = pixels(splits.train.images[some])
    assert_close(z, algorithm.encode(params, images))
    assert_equal(labels, splits.train.labels[some])


def test_a_run_is_recorded_when_its_last_figure_is(
    tmp_path: Path, default: Config
) -> None:
    (tmp_path / "figures").mkdir()
    Z = default.latent_dim
    codes = KnownCodes(np.zeros((5, Z), np.float32), np.zeros(5, np.int32))
    replace_arrays(tmp_path / CODES, codes._asdict())
    assert not is_recorded(tmp_path, default)
    (tmp_path / "figures" / LAST_FIGURE).touch()
    assert is_recorded(tmp_path, default)
