"""Going back to a checkpoint: alone, and with the data that the run began with."""

import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from aae_jax.commands.request import parse
from aae_jax.commands.resuming import resume
from aae_jax.errors import RunError


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
