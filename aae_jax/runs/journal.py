"""What is written down about a run, start by start, epoch by epoch, and at its end."""

import json
from pathlib import Path
from typing import Any

from aae_jax.errors import RunError
from aae_jax.storage.files import read_text, replace_text

ENVIRONMENT, METRICS, EVALUATION = "environment.json", "metrics.jsonl", "evaluation"


def append_environment(path: Path, environment: dict[str, Any]) -> None:
    """Add what this start of the run at `path` runs on to those before it.

    A damaged file stays beside the new one.
    """
    starts = [*read_environments(path), environment]
    if len(starts) == 1 and (path / ENVIRONMENT).exists():
        (path / ENVIRONMENT).replace(path / f"damaged-{ENVIRONMENT}")
    replace_text(path / ENVIRONMENT, json.dumps(starts, indent=2) + "\n")


def read_environments(path: Path) -> list[dict[str, Any]]:
    """Read what each start of the run at `path` ran on; none where that is lost."""
    try:
        starts = json.loads(read_text(path / ENVIRONMENT))
    except (OSError, ValueError):
        return []
    return starts if isinstance(starts, list) else []


def append_metrics(path: Path, metrics: dict[str, Any]) -> None:
    """Append one epoch's metrics to the run at `path`, as one line of JSON."""
    with (path / METRICS).open("a") as file:
        file.write(json.dumps(metrics) + "\n")


def read_metrics(path: Path, last_epoch: int | None = None) -> list[dict[str, Any]]:
    """Read the metrics of the run at `path` by epoch, up to `last_epoch`.

    A line that is damaged or cut short is left out, and no other; of two about the same
    epoch the later one counts.
    """
    if not (path / METRICS).exists():
        return []
    text = (path / METRICS).read_text(encoding="utf-8-sig", errors="replace")
    entries = filter(None, map(_parsed, text.splitlines()))
    by_epoch = {entry["epoch"]: entry for entry in entries}
    last = max(by_epoch, default=0) if last_epoch is None else last_epoch
    return [by_epoch[epoch] for epoch in sorted(by_epoch) if epoch <= last]


def cut_metrics(path: Path, last_epoch: int) -> None:
    """Drop what the run at `path` wrote about epochs after `last_epoch`.

    Raises:
      RunError: Nothing of what it wrote can be read.
    """
    kept = read_metrics(path, last_epoch)
    file = path / METRICS
    if last_epoch and not kept and file.exists() and file.read_bytes().strip():
        raise RunError(
            f"{file} holds nothing that can be read about the epochs up to "
            f"{last_epoch}: save it as UTF-8 if an editor changed it, or move it aside "
            "to go on without what it holds"
        )
    replace_text(file, "".join(json.dumps(entry) + "\n" for entry in kept))


def evaluation_name(split: str) -> str:
    """Return the stem of what is written about a split: the test split has none."""
    return EVALUATION if split == "test" else f"{EVALUATION}-{split}"


def write_evaluation(path: Path, evaluation: dict[str, Any]) -> Path:
    """Write an evaluation of the run at `path`, replacing the old one whole."""
    file = path / f"{evaluation_name(evaluation['split'])}.json"
    replace_text(file, json.dumps(evaluation, indent=2, allow_nan=False) + "\n")
    return file


def read_evaluation(path: Path) -> dict[str, Any] | None:
    """Return what was measured of the run at `path` on the test split, None if nothing.

    Raises:
      RunError: It is damaged.
    """
    file = path / f"{EVALUATION}.json"
    if not file.exists():
        return None
    try:
        return dict(json.loads(read_text(file)))
    except (TypeError, ValueError, RecursionError) as error:
        raise RunError(f"{file} is damaged ({error}): measure the run again") from error


def _parsed(line: str) -> dict[str, Any] | None:
    """Return the metrics in a line, None where it is damaged or cut short."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_whole = isinstance(entry, dict) and isinstance(entry.get("epoch"), int)
    return entry if is_whole else None
