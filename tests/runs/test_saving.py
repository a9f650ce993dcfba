"""A run that cannot be written on ends in one line, and goes on afterwards."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from aae_jax.core.config import Config
from aae_jax.errors import SaveError
from aae_jax.runs.checkpoints import finished_epochs, restore_newest
from aae_jax.runs.saving import saving
from tests.support.configs import first_state
from tests.support.processes import ROOT, environment
from tests.support.runs import saved_run
from tests.support.trees import assert_equal

TENSORSTORE = "RESOURCE_EXHAUSTED: Failed to write [os_error_code='{}']\nand so on"
REASONS = {
    errno.ENOSPC: "No space left on device",
    errno.EFBIG: "File too large",
    errno.EMFILE: "Too many open files",
    errno.EROFS: "Read-only file system",
}


@pytest.mark.parametrize("code", REASONS)
@pytest.mark.parametrize("kind", [OSError, ValueError, RuntimeError])
def test_what_the_system_says_is_said_once(code: int, kind: type[Exception]) -> None:
    error = kind(TENSORSTORE.format(code))
    if kind is OSError:
        error = OSError(code, REASONS[code], "file")
    with pytest.raises(SaveError) as raised, saving(Path()), saving(Path("a/seed-3")):
        raise error
    assert f"({REASONS[code]})" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert str(raised.value).endswith("--run-dir a --resume")


@pytest.mark.parametrize("error", [ValueError("ours"), RuntimeError("out of memory")])
def test_other_trouble_is_not_hidden(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, saving(Path("a")):
        raise error
    assert raised.value is error


LIMITED = """
import resource, sys
from pathlib import Path
from aae_jax.commands.console import run_command
from aae_jax.runs.folder import read_config
from aae_jax.runs.saving import saving
from tests.support.configs import first_state
from tests.support.runs import save

def main(argv):
    run = Path(argv[0])
    config = read_config(run)
    state = first_state(config)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
    with saving(run):
        save(run, config, state, 2)

run_command(main)
"""


@pytest.mark.slow
def test_a_full_disk_costs_what_follows_the_last_checkpoint(
    tmp_path: Path, tutorial: Config
) -> None:
    run, state = tmp_path / "run", first_state(tutorial)
    saved_run(run, tutorial, state, 1)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(run)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert len(done.stderr.splitlines()) == 1, done.stderr[-3000:]
    assert f"{run} could not be written on (File too large)" in done.stderr
    assert done.returncode == 2
    assert finished_epochs(run) == [1]
    assert_equal(restore_newest(run, tutorial)[1], state.params)
