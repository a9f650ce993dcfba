"""What of a run is not as in one that was never interrupted."""

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
    """Return which comparisons fail: what of a finished run is not as in the other."""
    asked = (same_checkpoints, same_states, same_metrics, same_events, same_files)
    with _ONE_AT_A_TIME:
        return [ask.__name__ for ask in asked if not ask(run, other)]


def same_checkpoints(run: Path, other: Path) -> bool:
    """Return whether there are checkpoints of the same epochs."""
    return finished_epochs(run) == finished_epochs(other)


def same_states(run: Path, other: Path) -> bool:
    """Return whether parameters and optimizer states are equal bit for bit."""
    one, two = (jax.device_get(restore_state(r, read_config(r))) for r in (run, other))
    equal = jax.tree.map(lambda a, b: a.tobytes() == b.tobytes(), one, two)
    return all(jax.tree.leaves(equal))


def same_metrics(run: Path, other: Path) -> bool:
    """Return whether metrics are equal but for times, with one line an epoch."""
    one, two = (
        [json.loads(line) for line in (r / METRICS).read_text().splitlines()]
        for r in (run, other)
    )
    for entry in (*one, *two):
        del entry["seconds"], entry["images_per_second"]
    return one == two


def same_events(run: Path, other: Path) -> bool:
    """Return whether each tag and step is there once, with the value of the other."""
    (one, counts), (two, _) = events(run), events(other)
    return one == two and set(counts.values()) == {1}


def events(run: Path) -> tuple[dict, Counter]:
    """Return the events of a run by tag and step, and how often each is there."""
    found, counts = {}, Counter[tuple[str, int]]()
    for path in sorted((run / "events").iterdir()):
        for event, _ in read_events(path.read_bytes()):
            for value in event.summary.value:
                timed = value.tag.startswith("speed/")
                found[value.tag, event.step] = timed or value.SerializeToString()
                counts[value.tag, event.step] += 1
    return found, counts


def same_files(run: Path, other: Path) -> bool:
    """Return whether figures and codes are equal and no file is half written."""
    for path in run.rglob("*.json"):
        json.loads(path.read_text())
    if any(is_unfinished(path) for path in run.rglob("*")):
        return False
    one, two = (sorted((r / "figures").iterdir()) for r in (run, other))
    pictures = [[path.read_bytes() for path in paths] for paths in (one, two)]
    names = [[path.name for path in paths] for paths in (one, two)]
    codes = [dict(np.load(r / "codes.npz")) for r in (run, other)]
    return (
        names[0] == names[1]
        and pictures[0] == pictures[1]
        and all(np.array_equal(codes[0][name], codes[1][name]) for name in codes[1])
    )
