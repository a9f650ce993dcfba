"""The page as text: a model, scripts and looks, in one HTML document."""

import html
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from aae_jax.core.codes import KnownCodes
from aae_jax.core.config import Config
from aae_jax.page.description import describe
from aae_jax.page.networks import check_pageable, check_read
from aae_jax.runs.origin import Origin

STATIC = files(__name__.rpartition(".")[0]) / "static"
SCRIPTS = (
    *("page", "network", "styles", "framing", "ink"),
    *("state", "stage", "pad", "writing", "walk", "main"),
)
"""In the order in which the page reads them."""


def page_of(config: Config, params: Any, codes: KnownCodes, origin: Origin) -> str:
    """Return an HTML document in which a trained model can be played with.

    Args:
      config: Of an algorithm whose decoder is told the label.
      params: By network.
      codes: Of training images, in which the directions of style are found.
      origin: Says what the classes are called and how images are framed.

    Raises:
      ConfigError: The page cannot compute what the networks do.
    """
    check_pageable(config, params)
    check_read(config, params)
    model = describe(config, params, codes, origin)
    scripts = [(STATIC / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    parts = {
        "title": html.escape(title_of(model["one"])),
        "about": html.escape(f"{origin.recipe} on {Path(origin.dataset).name}"),
        "style": (STATIC / "page.css").read_text(encoding="utf-8"),
        # No text of the model ends the element that holds it.
        "model": json.dumps(model, separators=(",", ":")).replace("<", "\\u003c"),
        "script": "\n".join(scripts),
    }
    text = (STATIC / "page.html").read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    return text


def title_of(one: str) -> str:
    """Return the heading of a page whose contents are each called so."""
    return f"Every {one} in one {'style' if one == 'class' else 'hand'}"
