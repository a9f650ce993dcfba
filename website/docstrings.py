"""Docstrings as plain text: only backticks and Google's sections mean something."""

import re
from typing import Any

from sphinx.application import Sphinx

from aae_jax.core.parts import Limits, Part

_MARK = re.compile(r"(`[^`]*`)|([|*]|_(?!\w))")
_ARRAY = re.compile(r"[\w.]*Array( \| [\w.]*(ndarray|bool|number|int|float|complex))+")
BEFORE_NAPOLEON = 400


def setup(app: Sphinx) -> dict[str, bool]:
    """Let |x| and x* in docstrings be what they are, and signatures short."""
    Limits.__repr__ = _in_words  # type: ignore[assignment, method-assign]
    app.connect("autodoc-process-docstring", _plain, BEFORE_NAPOLEON)
    app.connect("autodoc-process-signature", _short)
    return {"parallel_read_safe": True}


def _in_words(limits: Limits) -> str:
    return repr(limits.words)


def _plain(
    app: Sphinx, what: str, name: str, it: Any, options: Any, lines: list[str]
) -> None:
    lines[:] = [_MARK.sub(lambda m: m[1] or f"\\{m[2]}", line) for line in lines]


def _short(
    app: Sphinx, what: str, name: str, it: Any, options: Any, given: str, back: str
) -> tuple[str, str] | None:
    """Return a shorter signature; a config's or part's is its fields, which follow."""
    if isinstance(it, type) and issubclass(it, Part):
        return "", back
    return (_ARRAY.sub("ArrayLike", given), back) if given else None
