"""Going back to a checkpoint: alone, and with the data that the run began with."""

import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from aae_jax.commands.request import parse
from aae_jax.commands.resuming import resume
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.runs.folder import create_run
from tests.support.runs import ORIGIN


@pytest.fixture
def sweep(tmp_path: Path, tutorial: Config) -> Path:
    """The runs of two seeds without a checkpoint."""
    for seed in (0, 1):
        path = tmp_path / "sweep" / f"seed-{seed}"
        create_run(path, replace(tutorial, seed=seed), ORIGIN)
    return tmp_path / "sweep"


def test_nobody_trains_a_run_that_is_being_trained(sweep: Path) -> None:
    run = sweep / "seed-0"
    request = parse(["--resume", "--run-dir", str(run), "--dataset", "digits"])
    with ExitStack() as held, pytest.raises(RunError, match="not those"):
        resume(request, held)
    with ExitStack() as one, ExitStack() as other:
        with pytest.raises(RunError, match="not those"):
            resume(request, one)
        with pytest.raises(RunError, match="is being trained by another process"):
            resume(request, other)


def test_other_data_is_refused(sweep: Path) -> None:
    run = Path(shutil.move(sweep / "seed-0", sweep.parent / "run"))
    request = parse(["--resume", "--run-dir", str(run), "--dataset", "digits"])
    with ExitStack() as held, pytest.raises(RunError, match=r"began with \(somewhere"):
        resume(request, held)
