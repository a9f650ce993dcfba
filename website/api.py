"""The pages of the API: the public names, and every room by its modules."""

import importlib
import pkgutil
from collections.abc import Iterator

import aae_jax

ROOMS = (
    *("core", "algorithms", "data", "imaging", "engine", "evaluation"),
    *("plotting", "runs", "pretrained", "page", "export", "storage", "errors"),
)
"""All but the commands, which `--help` describes."""


def api_pages() -> Iterator[tuple[str, str]]:
    """Yield name and text of each page."""
    yield "public.md", "\n\n".join(["# Public names", _DOC, *map(_name, _names())])
    for room in ROOMS:
        modules = "\n\n".join(map(_module, modules_of(f"aae_jax.{room}")))
        yield f"{room}.md", f"# `{room}`\n\n{modules}\n"


def modules_of(name: str) -> list[str]:
    """Return the names of a room and of all modules in it, the room first."""
    paths = getattr(importlib.import_module(name), "__path__", [])
    found = pkgutil.walk_packages(paths, f"{name}.")
    return [name, *sorted(module.name for module in found)]


def _names() -> list[str]:
    """Return the public names, functions first."""
    return sorted(aae_jax.__all__, key=lambda name: (not name.islower(), name))


def _name(name: str) -> str:
    value = getattr(aae_jax, name)
    if isinstance(value, type):
        return _directive(f"autoclass:: aae_jax.{name}", ":no-index:")
    if callable(value):
        return _directive(f"autofunction:: aae_jax.{name}")
    home = "aae_jax.algorithms.recipes"
    return _directive(f"autodata:: {home}.{name}", ":no-index:", ":no-value:")


def _module(name: str) -> str:
    return f"## `{name}`\n\n" + _directive(f"automodule:: {name}", ":members:")


def _directive(line: str, *options: str) -> str:
    indented = "".join(f"\n   {option}" for option in options)
    return f"```{{eval-rst}}\n.. {line}{indented}\n```"


_DOC = """What `from aae_jax import ...` knows. Shapes are written with one alphabet: N
examples of a dataset, B of a batch, H x W pixels of C channels, Z latent dimensions,
K classes."""
