"""Docstrings as plain text: only backticks and Google's sections mean something."""

import re
from typing import Any

from sphinx.application import Sphinx

_MARK = re.compile(r"(`[^`]*`)|([|*]|_(?!\w))")
BEFORE_NAPOLEON = 400


def setup(app: Sphinx) -> dict[str, bool]:
    """Let |x| and x* in docstrings be what they are."""
    app.connect("autodoc-process-docstring", _plain, BEFORE_NAPOLEON)
    return {"parallel_read_safe": True}


def _plain(app: Sphinx, what: str, name: str, it: Any, options: Any, lines: list[str]):
    lines[:] = [_MARK.sub(lambda m: m[1] or f"\\{m[2]}", line) for line in lines]
