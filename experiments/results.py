"""Measurements as committed files: a JSON that says what made it, tables in texts."""

import json
import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aae_jax.algorithms.catalog import to_dict
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.runs.environment import describe_environment
from aae_jax.storage.files import replace_text

RESULTS = Path("results")
"""Where measurements lie."""


def write_results(path: Path, results: Mapping[str, Any]) -> None:
    """Write results with the command, versions and hardware that they came from."""
    known = describe_environment()
    origin = {
        "command": _command(),
        **{name: known[name] for name in ("python", "packages", "devices")},
        "architecture": platform.machine(),
        "cpu_cores": os.cpu_count(),
    }
    replace_text(path, json.dumps({**origin, **results}, indent=2) + "\n")
    print(f"wrote {path}")


def read_result(path: Path, config: Config) -> dict[str, Any] | None:
    """Return the result of a run, None where it is missing.

    Raises:
      RunError: It is of another config than today's.
    """
    if not path.exists():
        return None
    result = json.loads(path.read_text())
    if result["config"] != to_dict(config):
        raise RunError(f"{path} is of another config: move it aside to measure anew")
    return result


def write_tables(path: Path, tables: Mapping[str, str]) -> None:
    """Write tables into a text, each where its name is marked; others do not matter."""
    text = path.read_text(encoding="utf-8")
    for name, table in tables.items():
        text = replace_block(text, name, table)
    replace_text(path, text)
    print(f"wrote {path}")


def replace_block(text: str, name: str, block: str) -> str:
    """Replace what stands between the markers of `name`, if it has any."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    return pattern.sub(lambda _: f"{begin}\n{block}\n{end}", text)


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows, the first of them the header, as a Markdown table."""
    header, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([header, "|" + "---|" * len(rows[0]), *body])


def spread(values: Sequence[float], digits: int = 4) -> str:
    """Return values over seeds as mean ± sample standard deviation, if it has one."""
    mean = f"{np.mean(values):.{digits}f}"
    if len(values) == 1:
        return mean
    return f"{mean} ± {np.std(values, ddof=1):.{digits}f}"


def _command() -> str:
    module = sys.modules["__main__"].__spec__
    name = module.name.removesuffix(".__main__") if module else "?"
    return " ".join(["python -m", name, *sys.argv[1:]])
