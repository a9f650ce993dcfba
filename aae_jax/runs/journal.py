"""What is written down about a run, start by start, epoch by epoch, and at its end."""

import json
from pathlib import Path
from typing import Any

from aae_jax.storage.files import replace_text

ENVIRONMENT, METRICS, EVALUATION = "environment.json", "metrics.jsonl", "evaluation"


def append_environment(path: Path, environment: dict[str, Any]) -> None:
    """Add what this start of the run at `path` runs on to those before it."""
    starts = [*read_environments(path), environment]
    replace_text(path / ENVIRONMENT, json.dumps(starts, indent=2) + "\n")


def read_environments(path: Path) -> list[dict[str, Any]]:
    """Read what each start of the run at `path` ran on; none where that is lost."""
    try:
        return json.loads((path / ENVIRONMENT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []


def append_metrics(path: Path, metrics: dict[str, Any]) -> None:
    """Append one epoch's metrics to the run at `path`, as one line of JSON."""
    with (path / METRICS).open("a") as file:
        file.write(json.dumps(metrics) + "\n")


def read_metrics(path: Path, last_epoch: int | None = None) -> list[dict[str, Any]]:
    """Read the metrics of the run at `path`, in order, up to `last_epoch`.

    A line that an interruption cut short is left out, and so is all that follows it or
    an epoch that does not follow the one before.
    """
    metrics: list[dict[str, Any]] = []
    if not (path / METRICS).exists():
        return metrics
    for line in (path / METRICS).read_text(errors="replace").splitlines():
        entry = _parsed(line)
        if entry is None or (metrics and entry["epoch"] <= metrics[-1]["epoch"]):
            break
        if last_epoch is not None and entry["epoch"] > last_epoch:
            break
        metrics.append(entry)
    return metrics


def cut_metrics(path: Path, last_epoch: int) -> None:
    """Drop what the run at `path` wrote about epochs after `last_epoch`."""
    kept = read_metrics(path, last_epoch)
    replace_text(path / METRICS, "".join(json.dumps(entry) + "\n" for entry in kept))


def evaluation_name(split: str) -> str:
    """Return the stem of what is written about a split: the test split has none."""
    return EVALUATION if split == "test" else f"{EVALUATION}-{split}"


def write_evaluation(path: Path, evaluation: dict[str, Any]) -> Path:
    """Write an evaluation of the run at `path`, replacing the old one whole."""
    file = path / f"{evaluation_name(evaluation['split'])}.json"
    replace_text(file, json.dumps(evaluation, indent=2, allow_nan=False) + "\n")
    return file


def _parsed(line: str) -> dict[str, Any] | None:
    """Return the metrics in a line, None where it is damaged or cut short."""
    try:
        entry = json.loads(line)
    except json.JSONDecodeError:
        return None
    is_whole = isinstance(entry, dict) and isinstance(entry.get("epoch"), int)
    return entry if is_whole else None
