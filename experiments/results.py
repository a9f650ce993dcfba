"""Results as committed files: one JSON with its command and versions, one table."""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aae_jax.environment import describe_environment
from aae_jax.journal import read_metrics
from aae_jax.loop import LOSSES


def spread(values: Sequence[float], digits: int = 4) -> str:
    """Return values over seeds as mean ± sample standard deviation, if it has one."""
    mean = f"{np.mean(values):.{digits}f}"
    if len(values) == 1:
        return mean
    return f"{mean} ± {np.std(values, ddof=1):.{digits}f}"


def last_losses(run: Path) -> dict[str, float]:
    """Return the three losses of a run's last epoch."""
    metrics = read_metrics(run)[-1]
    return {name: round(metrics[name], 4) for name in LOSSES}


def write_results(path: Path, results: dict[str, Any]) -> None:
    """Write results with the command, versions and devices that they came from."""
    known = describe_environment()
    kept = {name: known[name] for name in ("python", "packages", "devices")}
    module = sys.modules["__main__"].__spec__
    name = module.name.removesuffix(".__main__") if module else "?"
    command = " ".join(["python -m", name, *sys.argv[1:]])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"command": command, **kept, **results}, indent=2) + "\n"
    )
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
