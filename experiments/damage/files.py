"""A run whose files are damaged one by one, and what the commands make of it."""

import contextlib
import io
import json
import os
import shutil
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np

from aae_jax import load_run
from aae_jax.commands import evaluate, sample, train
from aae_jax.errors import AAEError

SMALL = (
    *("--dataset", "digits", "--hidden-dim", "16", "--checkpoint-seconds", "0"),
    *("--recipe", "tutorial", "--batch-size", "479"),
)
"""Of a run that trains in a moment, and may be trained on."""

EPOCHS = 2
"""Epochs of the run: as many checkpoints, of which the newest is the one to use."""

ENDS = ("right", "older checkpoint", "refused", "silently wrong", "traceback")


def emptied(path: Path, rng: np.random.Generator) -> None:
    """Leave nothing in the file."""
    path.write_bytes(b"")


def truncated(path: Path, rng: np.random.Generator) -> None:
    """Cut the file in two and leave the first half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path, rng: np.random.Generator) -> None:
    """Change one bit anywhere in the file."""
    content = bytearray(path.read_bytes())
    if content:
        content[rng.integers(len(content))] ^= 1 << int(rng.integers(8))
    path.write_bytes(content)


def removed(path: Path, rng: np.random.Generator) -> None:
    """Leave no file."""
    path.unlink()


DAMAGES = {f.__name__: f for f in (truncated, flipped, emptied, removed)}


def resumed(run: Path) -> bytes:
    """Train one epoch more; returns what the parameters are then."""
    train.main(["--resume", "--run-dir", str(run), "--epochs", str(EPOCHS + 1)])
    leaves = jax.tree.leaves(load_run(run)[1])
    return b"".join(np.asarray(leaf).tobytes() for leaf in leaves)


def sampled(run: Path) -> bytes:
    """Write a word in some hands, and a page; returns both."""
    page = run.parent / "page.html"
    words = ("--write", "31", "--num-styles", "2", "--npz", "--page", str(page))
    sample.main(["--run-dir", str(run), *words])
    with np.load(next((run / "samples").glob("*.npz"))) as arrays:
        return arrays["images"].tobytes() + page.read_bytes()


def evaluated(run: Path) -> bytes:
    """Measure the run; returns what was measured."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        status = evaluate.main([str(run)])
    if status:
        raise AAEError(said.getvalue().strip())
    return json.dumps(
        json.loads((run / "evaluation.json").read_text())["metrics"]
    ).encode()


COMMANDS: dict[str, Callable[[Path], bytes]] = {
    "train --resume": resumed,
    "sample": sampled,
    "evaluate": evaluated,
}


def trained(folder: Path) -> Path:
    """Train the run that is damaged; returns its path."""
    run = folder / "sound"
    train.main([*SMALL, "--epochs", str(EPOCHS), "--run-dir", str(run)])
    return run


def given(sound: Path, damage: Callable[[Path], Any], command: str) -> tuple[Any, str]:
    """Give a command a damaged copy; returns what it made or raised, and said."""
    said = io.StringIO()
    run = sound.parent / "copies" / "run"
    shutil.rmtree(run.parent, ignore_errors=True)
    shutil.copytree(sound, run)
    damage(run)
    with (
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        warnings.catch_warnings(action="ignore"),
    ):
        try:
            return COMMANDS[command](run), said.getvalue()
        except (Exception, SystemExit) as error:
            return error, said.getvalue()


def expected(sound: Path, command: str) -> list[bytes]:
    """Return what a command makes of the sound run, and of the one before it."""

    def older(run: Path) -> None:
        shutil.rmtree(run / "checkpoints" / str(EPOCHS))

    return [given(sound, damage, command)[0] for damage in (lambda run: None, older)]


def end_of(made: Any, said: str, right: list[bytes]) -> str:
    """Return one of `ENDS`."""
    if isinstance(made, AAEError | OSError):
        return "refused" if len(str(made).splitlines()) == 1 else "traceback"
    if isinstance(made, BaseException):
        traceback.print_exception(made)
        return "traceback"
    is_said = "before it is used" in said or f"checkpoint {EPOCHS - 1} is used" in said
    if made == right[0] and not is_said:
        return "right"
    return "older checkpoint" if made in right and is_said else "silently wrong"


def cases(sound: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield every damage, every file of the run, every command."""
    files = sorted(path for path in sound.rglob("*") if path.is_file())
    for damage in DAMAGES:
        for file in files:
            for command in COMMANDS:
                yield damage, file.relative_to(sound), command


def tried(
    sound: Path, case: tuple[str, Path, str], right: list[bytes], seed: int
) -> str:
    """Try a case; returns one of `ENDS`, and prints what ended badly."""
    damage, file, command = case
    rng = np.random.default_rng(seed)
    made, said = given(sound, lambda run: DAMAGES[damage](run / file, rng), command)
    end = end_of(made, said, right)
    if end in ENDS[3:] or isinstance(made, OSError):
        shown = made if isinstance(made, BaseException) else ""
        print(f"{command} with {file} {damage}: {end}\n{said[-2000:]}\n{shown!r}")
    return end


def in_a_cache_of_its_own(folder: Path) -> None:
    """Keep what is compiled and fitted in a folder."""
    os.environ["AAE_CACHE_DIR"] = str(folder)
