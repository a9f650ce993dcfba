"""A notebook as Markdown, with the outputs that it was committed with."""

from pathlib import Path
from typing import Any

import nbformat

LONGEST = 40
"""Lines of an output that are shown."""


def notebook_page(path: Path) -> str:
    """Return a notebook's cells as one Markdown text; pictures stand in it as data."""
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(map(_cell, cells)) + "\n"


def _cell(cell: Any) -> str:
    if cell.cell_type == "markdown":
        return cell.source
    shown = [text for output in cell.outputs if (text := _output(output))]
    return "\n\n".join([f"`````python\n{cell.source}\n`````", *shown])


def _output(output: Any) -> str:
    data = output.get("data", {})
    if "image/png" in data:
        picture = data["image/png"].replace("\n", "")
        return f'<img alt="output of the cell" src="data:image/png;base64,{picture}">'
    lines = (output.get("text") or data.get("text/plain", "")).rstrip().split("\n")
    if len(lines) > LONGEST:
        lines = [*lines[:LONGEST], "..."]
    return "`````text\n" + "\n".join(lines) + "\n`````" if any(lines) else ""
