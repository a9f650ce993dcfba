"""Run every notebook from top to bottom, as .ci/run does.

    python -m tests.notebooks.execute            check that they run as committed
    python -m tests.notebooks.execute --write    and keep the new outputs
    python -m tests.notebooks.execute 02 05      some of them, by how their names begin

Each runs in an empty folder against this checkout. An error, a warning, or a cell that
shows something of another kind than what is committed ends with status 1.
"""

import os
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAX_SECONDS = 600
"""That a cell may take."""

INSTALL = """\
from importlib.util import find_spec

if find_spec("aae_jax") is None:  # as on a hosted notebook server
    %pip install --quiet "aae-jax @ git+{}\""""
"""The first cell of code, which needs the address of the repository."""


def main(argv: list[str]) -> int:
    """Run them all; returns the status."""
    failed = False
    begins = tuple(word for word in argv if word != "--write") or ("",)
    for path in (path for path in NOTEBOOKS if path.name.startswith(begins)):
        committed = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        began = time.perf_counter()
        executed = execute(committed)
        seconds = time.perf_counter() - began
        if "--write" in argv:
            nbformat.write(executed, path)
            committed = executed
        problems = problems_of(committed, executed)
        words = "; ".join(problems) or f"runs, in {seconds:.0f} s"
        print(f"{path.name}: {words}", flush=True)
        failed = failed or bool(problems)
    return int(failed)


def execute(committed: NotebookNode) -> NotebookNode:
    """Return a copy as it runs in an empty folder; raises where a cell does."""
    notebook = nbformat.from_dict(committed)
    client = NotebookClient(
        notebook, timeout=MAX_SECONDS, coalesce_streams=True, record_timing=False
    )
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        changes = {"PYTHONPATH": os.pathsep.join(paths), "IPYTHONDIR": folder}
        client.execute(cwd=folder, env={**os.environ, **changes})
    return notebook


def problems_of(committed: NotebookNode, executed: NotebookNode) -> list[str]:
    """Return what is wrong with how a notebook ran, in words."""
    problems = []
    pairs = zip(committed.cells, executed.cells, strict=True)
    for number, (old, new) in enumerate(pairs, start=1):
        outputs = new.get("outputs", [])
        warned = [out.text for out in outputs if out.get("name") == "stderr"]
        problems += [f"cell {number} warns: {text.strip()}" for text in warned]
        if kinds(old) != kinds(new):
            problems.append(f"cell {number} shows another kind of thing than before")
    return problems


def install_cell() -> str:
    """Return what the first cell of code of every notebook must be."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return INSTALL.format(project["urls"]["Repository"])


def kinds(cell: NotebookNode) -> list[tuple[str, ...]]:
    """Return what a cell shows but for the values: ("display_data", "image/png")."""
    return [
        (output.output_type, output.get("name", ""), *sorted(output.get("data", {})))
        for output in cell.get("outputs", [])
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
