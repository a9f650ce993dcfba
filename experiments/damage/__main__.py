"""Damage every file of a run, and take away what training needs; count how it ends.

    python -m experiments.damage

Every file of a run directory is truncated, flipped in one bit, emptied and removed, and
the copy given to each command, in one process. *Right* is what it makes of the sound
run; *older* what it makes of the checkpoint before it, where a line says so; *refused*
an error of one line. Then trainings run short of disk, rights, files and locks. Writes
results/damage.json and tables of docs/reliability.md; the status is 1 where any ended
badly.
"""

import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jax
import numpy as np
import tyro

from aae_jax.algorithms.recipes import RECIPES
from aae_jax.commands.console import run_command, silence_libraries
from aae_jax.core.phases import init_state
from aae_jax.runs.checkpoints import open_checkpoints, restore_state, save_checkpoint
from aae_jax.runs.damage import checksums
from experiments.damage import files, shortages
from experiments.results import RESULTS, markdown_table, write_results, write_tables

FILE, TEXT = RESULTS / "damage.json", Path("docs/reliability.md")


@dataclass(frozen=True)
class Arguments:
    """Damage files of a run, and run short of what training needs."""

    parts: tuple[Literal["files", "shortages", "verification"], ...] = (
        "files",
        "shortages",
        "verification",
    )
    """What is tried; of the others what was found before stays."""

    count: int | None = None
    """How many cases of damage, drawn at random; without it all."""

    seed: int = 0
    """Of the cases drawn, and of the bits."""


def main(argv: Sequence[str]) -> int:
    """Try all and write the tables; returns 1 where one ended badly."""
    asked = tyro.cli(Arguments, args=argv)
    silence_libraries()
    found = json.loads(FILE.read_text()) if FILE.exists() else {}
    parts: dict[str, Callable[[Path], Any]] = {
        "files": lambda folder: damages(folder, asked),
        "shortages": shortages.all_tried,
        "verification": verification,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        files.in_a_cache_of_its_own(folder / "cache")
        found |= {part: parts[part](folder) for part in asked.parts}
    write_results(FILE, {part: found[part] for part in parts if part in found})
    write_tables(TEXT, {part: table_of(part, found[part]) for part in asked.parts})
    ends = [end for kind in found.get("files", {}).values() for end in kind]
    short = [end for _, end in found.get("shortages", [])]
    return int(bool({*ends} - {*files.ENDS[:3]} or {*short} - {*shortages.WELL}))


def table_of(part: str, found: Any) -> str:
    """Return what was found of a part as the text shows it."""
    if part == "verification":
        return f"{found:.1%} of the time of restoring it."
    if part == "shortages":
        return markdown_table([["shortage", "how it ended"], *found])
    rows = [["damaged file", "tried", *files.ENDS]]
    for kind, ends in found.items():
        counts = [sum(ends.values()), *(ends.get(end, 0) for end in files.ENDS)]
        rows.append([kind, *map(str, counts)])
    return markdown_table(rows)


def damages(folder: Path, asked: Arguments) -> dict[str, Counter[str]]:
    """Try the cases of damage; returns how often each kind ended how."""
    sound = files.trained(folder)
    right = {command: files.expected(sound, command) for command in files.COMMANDS}
    cases = list(files.cases(sound))
    if asked.count is not None:
        drawn = np.random.default_rng(asked.seed).permutation(len(cases))
        cases = [cases[index] for index in sorted(drawn[: asked.count])]
    counts = {
        f"{kind}, {command}": Counter[str]()
        for kind in files.DAMAGES
        for command in files.COMMANDS
    }
    for number, case in enumerate(cases):
        damage, _, command = case
        end = files.tried(sound, case, right[command], asked.seed + number)
        counts[f"{damage}, {command}"][end] += 1
    return counts


def verification(folder: Path) -> float:
    """Return the share of the time of restoring that checksums take, at width 1,000."""
    config, run = RECIPES["default"], folder / "wide"
    state = init_state(config, jax.random.key(0))
    with open_checkpoints(run) as checkpoints:
        save_checkpoint(checkpoints, 1, config, state)
    restored = [seconds(lambda: restore_state(run, config)) for _ in range(5)]
    summed = [seconds(lambda: checksums(state)) for _ in range(5)]
    return float(np.median(summed) / np.median(restored))


def seconds(call: Callable[[], Any]) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    run_command(main)
