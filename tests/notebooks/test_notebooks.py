"""The notebooks as they are committed; `tests.notebooks.execute` runs them."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from tests.notebooks.execute import NOTEBOOKS, ROOT, install_cell, problems_of

MAX_BYTES = 600_000


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def committed(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    return (output for cell in code_cells(notebook) for output in cell.outputs)


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


def test_it_ran_without_errors_and_warnings(committed: NotebookNode) -> None:
    shown = list(outputs(committed))
    assert shown
    assert not [output for output in shown if output.output_type == "error"]
    assert problems_of(committed, committed) == []


def test_its_cells_were_run_once_in_order(committed: NotebookNode) -> None:
    counts = [cell.execution_count for cell in code_cells(committed)]
    assert counts == list(range(1, len(counts) + 1))
    results = [out for out in outputs(committed) if "execution_count" in out]
    assert {out.execution_count for out in results} <= set(counts)


def test_its_first_cell_installs_the_package_from_its_repository(
    committed: NotebookNode,
) -> None:
    first, *others = code_cells(committed)
    assert first.source == install_cell()
    assert not [cell for cell in others if "install" in cell.source]


def test_it_shows_numbers_and_figures(committed: NotebookNode) -> None:
    data = [output.get("data", {}) for output in outputs(committed)]
    assert any("image/png" in entry for entry in data)
    assert any(output.output_type == "stream" for output in outputs(committed))


def test_it_imports_what_it_explains(committed: NotebookNode) -> None:
    source = "\n".join(cell.source for cell in code_cells(committed))
    assert "from aae_jax" in source
    assert "nn.Module" not in source


def test_it_names_no_place_of_the_machine_it_ran_on(committed: NotebookNode) -> None:
    text = [cell.source for cell in committed.cells]
    text += [output.get("text", "") for output in outputs(committed)]
    text += [out.get("data", {}).get("text/plain", "") for out in outputs(committed)]
    for place in {ROOT, Path.home(), Path(tempfile.gettempdir())}:
        assert not [entry for entry in text if f"{place}{os.sep}" in entry]


def test_its_metadata_is_clean_and_its_file_small(
    path: Path, committed: NotebookNode
) -> None:
    assert set(committed.metadata) == {"kernelspec", "language_info"}
    assert committed.metadata.kernelspec.name == "python3"
    assert not [cell.id for cell in committed.cells if cell.metadata]
    assert path.stat().st_size < MAX_BYTES


def test_a_warning_and_another_output_are_noticed(committed: NotebookNode) -> None:
    changed = nbformat.from_dict(committed)
    first, *_ = code_cells(changed)
    warning = nbformat.v4.new_output("stream", name="stderr", text="deprecated")
    first.outputs = [*first.outputs, warning]
    warned, other = problems_of(committed, changed)
    assert "deprecated" in warned
    assert "another kind" in other
