"""What the tests of commands share."""

from dataclasses import replace
from pathlib import Path

import pytest

from aae_jax.core.config import Config
from aae_jax.runs.making import create_run
from tests.support.runs import ORIGIN


@pytest.fixture
def sweep(tmp_path: Path, tutorial: Config) -> Path:
    """The runs of two seeds without a checkpoint."""
    for seed in (0, 1):
        path = tmp_path / "sweep" / f"seed-{seed}"
        create_run(path, replace(tutorial, seed=seed), ORIGIN)
    return tmp_path / "sweep"
