"""Formulas as MathML, which browsers draw themselves: no script, no network."""

import re

from docutils import nodes
from docutils.utils.math import MathError, latex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging

_KNOWN = ((r"\\frac(\d)(\d)", r"\\frac{\1}{\2}"), (r"\\log ", r"\\log\\, "))
"""What TeX knows, and how docutils draws the same."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer `mathml`."""
    app.add_html_math_renderer(
        "mathml", inline_renderers=(_inline, None), block_renderers=(_block, None)
    )
    return {"parallel_read_safe": True}


def _inline(translator: nodes.NodeVisitor, node: nodes.math) -> None:
    translator.body.append(_drawn(node, is_block=False))
    raise nodes.SkipNode


def _block(translator: nodes.NodeVisitor, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="formula">{_drawn(node, is_block=True)}</div>')
    raise nodes.SkipNode


def _drawn(node: nodes.Element, *, is_block: bool) -> str:
    """Return a formula as MathML; one that cannot be read is a warning of the build."""
    tex = node.astext()
    for known, drawn in _KNOWN:
        tex = re.sub(known, drawn, tex)
    try:
        return latex2mathml.tex2mathml(tex, as_block=is_block)
    except MathError as error:
        logging.getLogger(__name__).warning("%s: %s", error, tex, location=node)
        return ""
