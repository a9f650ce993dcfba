"""Kill training at random moments, resume it, and compare with one left alone.

    python -m experiments.kills --count 200

A tiny run on digits, of one seed, of two at once or in two processes, is killed by
SIGKILL at a moment of each kind in turn, continued by the command for that until it is
done, and compared: parameters and optimizer states bit for bit, metrics but for times,
each tag and step of the events once with equal values, figures, and no file half
written. Of two processes one dies, and the other must end by itself. Trials that ended
well are not repeated: the command goes on where it stopped. Writes results/kills.json
and a table in docs/reliability.md.
"""

import json
import signal
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tyro

from aae_jax.commands.console import run_command
from aae_jax.errors import RunError
from experiments.kills.compared import differences
from experiments.kills.training import (
    KINDS,
    MOMENTS,
    killed_at,
    members,
    training,
)
from experiments.results import RESULTS, markdown_table, write_results, write_tables

PATH, TEXT = RESULTS / "kills.json", Path("docs/reliability.md")
SHARES = (0.7, 0.2, 0.1)
LIMIT = 150
"""Seconds within which a process ends of which the other one has died."""

WELL = "the same"
_WRITING = threading.Lock()


@dataclass(frozen=True)
class Arguments:
    """Kill training at random moments and see whether anything is lost."""

    count: int = 200
    """How many trials."""

    seed: int = 0
    """Of the moments."""

    workers: int = 2
    """How many trials at a time."""


def main(argv: Sequence[str]) -> int:
    """Run the trials that are missing; returns 1 where one ended badly."""
    asked = tyro.cli(Arguments, args=argv)
    trials = known(asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        missing = [i for i in range(asked.count) if str(i) not in trials]
        do = partial(add_trial, trials, root, asked.seed)
        with ThreadPoolExecutor(asked.workers) as pool:
            left_alone = partial(finish, cache=root / "cache")
            folders = [root / kind for kind in KINDS]
            if problems := "".join(pool.map(left_alone, folders, KINDS)):
                raise RunError(f"a run that is left alone does not end: {problems}")
            list(pool.map(do, missing))
    print(table(trials))
    return int(any(trial["end"] != WELL for trial in trials.values()))


def known(seed: int) -> dict[str, dict[str, Any]]:
    """Return the trials of that seed that ended well, by number."""
    found = json.loads(PATH.read_text()) if PATH.exists() else {}
    trials = found.get("trials", {}) if found.get("seed") == seed else {}
    return {name: trial for name, trial in trials.items() if trial["end"] == WELL}


def add_trial(
    trials: dict[str, dict[str, Any]], root: Path, seed: int, index: int
) -> None:
    """Run one trial and write it down with all others."""
    rng = np.random.default_rng([seed, index])
    kind = str(rng.choice(list(KINDS), p=SHARES))
    folder = root / f"trial-{index}"
    trial = tried(folder, kind, list(MOMENTS)[index % len(MOMENTS)], rng)
    with _WRITING:
        trials[str(index)] = trial
        ordered = dict(sorted(trials.items(), key=lambda item: int(item[0])))
        write_results(PATH, {"seed": seed, "trials": ordered})
        write_tables(TEXT, {"kills": table(trials)})
        print(index, trial)


def tried(
    folder: Path, kind: str, moment: str, rng: np.random.Generator
) -> dict[str, Any]:
    """Kill a training, or one and what resumes it; resume to the end and compare."""
    folder.mkdir()
    cache = folder / "cache" if rng.random() < 0.05 else folder.parent / "cache"
    trial: dict[str, Any] = {"kind": kind, "aimed": moment, "hits": []}
    for aimed in ["epoch", moment] if moment == "resuming" else [moment]:
        share, victim = rng.random() ** 2, int(rng.integers(2))
        with training(folder, kind, cache) as started:
            hit = killed_at(started, folder, aimed, share, victim)
            began = time.monotonic()
            statuses, said = started.statuses(LIMIT), started.said()
        trial["hits"] += [hit] if hit else []
        trial["ended_after_s"] = round(time.monotonic() - began, 1)
        if "Traceback" in said or (hit and statuses.count(-signal.SIGKILL) > 1):
            return {**trial, "end": f"{statuses}: {said[-2000:]}"}
    if problem := finish(folder, kind, cache):
        return {**trial, "end": problem}
    pairs = zip(members(folder), members(folder.parent / kind), strict=True)
    found = [words for pair in pairs for words in differences(*pair)]
    return {**trial, "end": ", ".join(found) or WELL}


def finish(folder: Path, kind: str, cache: Path) -> str:
    """Train in a folder to the end; returns what went wrong, "" for nothing."""
    folder.mkdir(exist_ok=True)
    with training(folder, kind, cache) as started:
        statuses, said = started.statuses(), started.said()
    return f"{statuses}: {said[-2000:]}" if any(statuses) else ""


def table(trials: dict[str, dict[str, Any]]) -> str:
    """Return how many kills hit each moment, and how the trials ended."""
    rows = [["", "trials", *(f"killed: {moment}" for moment in MOMENTS), WELL, "lost"]]
    for kind in KINDS:
        own = [trial for trial in trials.values() if trial["kind"] == kind]
        hits = [hit for trial in own for hit in trial["hits"]]
        well = sum(trial["end"] == WELL for trial in own)
        counts = [len(own), *map(hits.count, MOMENTS), well, len(own) - well]
        rows.append([kind, *map(str, counts)])
    return markdown_table(rows)


if __name__ == "__main__":
    run_command(main)
