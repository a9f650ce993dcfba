"""A command does not die of output that nobody takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aae_jax.commands.streams import Forgiving
from tests.support.processes import ROOT


def test_a_stream_whose_reader_left_goes_silent() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:
        told = Forgiving(stream)
        assert told.write("heard\n") == 6
        told.flush()
        os.close(reading)
        for _ in range(3):
            assert told.write("x" * 99_999) == 99_999
            told.flush()
        assert not told.isatty()


PROGRAM = """
import os, sys
from aae_jax.commands.console import run_command
def main(argv):
    for stream in (sys.stdout, sys.stderr):
        print("\\u00dc\\u6570\\udcff" * 9999, file=stream, flush=True)
    assert os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT) > 2
    os.write(2, b"")
    return 7
run_command(main)
"""


@pytest.mark.skipif(os.name != "posix", reason="shells and devices are POSIX's")
@pytest.mark.parametrize(
    "ending",
    [">&- 2>&-", ">/dev/full 2>/dev/full", "<&- >&-", "| true; exit ${PIPESTATUS[0]}"],
)
def test_a_command_ends_as_it_would(tmp_path: Path, ending: str) -> None:
    line = f'"$0" -c "$1" "$2" {ending}'
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        ["bash", "-c", line, sys.executable, PROGRAM, str(tmp_path / "file")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 7, done.stderr
    assert "Error" not in done.stderr
    assert (tmp_path / "file").read_bytes() == b""
