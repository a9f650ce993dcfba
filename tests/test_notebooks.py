"""The notebooks run from top to bottom, and are committed as they ran."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAX_BYTES = 600_000


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="module")
def committed(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


@pytest.fixture(scope="module")
def executed(
    committed: NotebookNode, tmp_path_factory: pytest.TempPathFactory
) -> NotebookNode:
    """A copy, run in an empty folder against this checkout; raises on a cell error."""
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.from_dict(committed)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=600,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        client.execute()
    return notebook


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    return (output for cell in code_cells(notebook) for output in cell.outputs)


def kinds(cell: NotebookNode) -> list[tuple[str, ...]]:
    """What a cell shows but for the values: [("display_data", "", "image/png")]."""
    return [
        (output.output_type, output.get("name", ""), *sorted(output.get("data", {})))
        for output in cell.outputs
    ]


def test_there_is_a_notebook():
    assert NOTEBOOKS


def test_it_runs_without_errors_and_warnings(executed):
    shown = list(outputs(executed))
    assert shown
    assert not [output for output in shown if output.output_type == "error"]
    assert not [output.text for output in shown if output.get("name") == "stderr"]


def test_it_is_committed_as_it_ran(committed, executed):
    cells, again = code_cells(committed), code_cells(executed)
    assert [kinds(cell) for cell in cells] == [kinds(cell) for cell in again]


def test_its_cells_were_run_once_in_order(committed):
    counts = [cell.execution_count for cell in code_cells(committed)]
    assert counts == list(range(1, len(counts) + 1))
    results = [out for out in outputs(committed) if "execution_count" in out]
    assert {out.execution_count for out in results} <= set(counts)


def test_it_shows_numbers_and_figures(committed):
    data = [output.get("data", {}) for output in outputs(committed)]
    assert any("image/png" in entry for entry in data)
    assert any(output.output_type == "stream" for output in outputs(committed))


def test_it_names_no_place_of_the_machine_it_ran_on(committed):
    text = [cell.source for cell in committed.cells]
    text += [output.get("text", "") for output in outputs(committed)]
    text += [out.get("data", {}).get("text/plain", "") for out in outputs(committed)]
    for place in {ROOT, Path.home(), Path(tempfile.gettempdir())}:
        assert not [entry for entry in text if f"{place}{os.sep}" in entry]


def test_its_metadata_is_clean_and_its_file_small(path, committed):
    assert set(committed.metadata) == {"kernelspec", "language_info"}
    assert committed.metadata.kernelspec.name == "python3"
    assert not [cell.id for cell in committed.cells if cell.metadata]
    assert path.stat().st_size < MAX_BYTES
