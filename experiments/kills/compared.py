"""What of a run is not as in one that was left alone."""

import json
import threading
from collections import Counter
from pathlib import Path

import jax
import numpy as np

from aae_jax.runs.checkpoints import finished_epochs, restore_state
from aae_jax.runs.events import read_events
from aae_jax.runs.folder import read_config
from aae_jax.runs.journal import METRICS
from aae_jax.storage.files import is_unfinished

_ONE_AT_A_TIME = threading.Lock()


def differences(run: Path, other: Path) -> list[str]:
    """Return what of a finished run is not as in the other, by name."""
    asked = {
        "checkpoints": lambda: finished_epochs(run) == finished_epochs(other),
        "states": lambda: state(run) == state(other),
        "metrics": lambda: metrics(run) == metrics(other),
        "events": lambda: events(run) == events(other),
        "files": lambda: files(run) == files(other),
    }
    with _ONE_AT_A_TIME:
        return [f"other {name}" for name, is_same in asked.items() if not is_same()]


def state(run: Path) -> list[bytes]:
    """Return every parameter and optimizer state of the newest checkpoint."""
    leaves = jax.tree.leaves(restore_state(run, read_config(run)))
    return [np.asarray(leaf).tobytes() for leaf in leaves]


def metrics(run: Path) -> list[dict]:
    """Return the metrics, line by line, but for what a clock measured."""
    entries = [json.loads(line) for line in (run / METRICS).read_text().splitlines()]
    for entry in entries:
        del entry["seconds"], entry["images_per_second"]
    return entries


def events(run: Path) -> Counter:
    """Return how often each event is there, whatever speed it tells."""
    return Counter(
        (event.step, value.tag)
        + (() if value.tag.startswith("speed/") else (value.SerializeToString(),))
        for path in (run / "events").iterdir()
        for event, _ in read_events(path.read_bytes())
        for value in event.summary.value
    )


def files(run: Path) -> dict[str, object]:
    """Return figures and codes by name, and of other JSON files that they are whole."""
    found: dict[str, object] = {
        "half written": [*filter(is_unfinished, run.rglob("*"))]
    }
    found |= {path.name: path.read_bytes() for path in run.glob("figures/*")}
    found |= {
        name: array.tobytes() for name, array in np.load(run / "codes.npz").items()
    }
    found |= {
        path.name: type(json.loads(path.read_text())) for path in run.glob("*.json")
    }
    return found
