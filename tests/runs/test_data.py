"""The data of a run is found again, and remembered where it is found."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aae_jax.core.config import Config
from aae_jax.data import load_dataset
from aae_jax.errors import DataError, RunError
from aae_jax.runs.data import load_again, remember_place
from aae_jax.runs.folder import create_run, read_origin
from tests.support.runs import ORIGIN

IMAGES = np.arange(40 * 36, dtype=np.uint8).reshape(40, 6, 6)


def test_data_that_was_moved_is_asked_for_once(
    tmp_path: Path, tutorial: Config
) -> None:
    old, new, run = tmp_path / "old.npz", tmp_path / "new.npz", tmp_path / "run"
    np.savez(old, images=IMAGES, labels=np.arange(40) % 2)
    splits = load_dataset(old)
    known = {"fingerprint": splits.fingerprint, "source": splits.source}
    create_run(run, tutorial, replace(ORIGIN, dataset=splits.spec, **known))
    old.rename(new)
    with pytest.raises(DataError, match=r"file .*old.npz.*--dataset PATH.npz.*no file"):
        load_again(run, read_origin(run))
    splits = load_again(run, read_origin(run), str(new))
    remember_place(run, read_origin(run), splits, None)
    assert load_again(run, read_origin(run)).spec == str(new)
    np.savez(new, images=IMAGES[::-1], labels=np.arange(40) % 2)
    with pytest.raises(RunError, match=r"not those .* name that data by --dataset"):
        load_again(run, read_origin(run))
