"""The run directory as it is made: a name of its own, where checkpoints can be kept."""

import itertools
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from aae_jax.core.abilities import ChoosesLabels
from aae_jax.core.config import Config
from aae_jax.errors import PathError, RunError
from aae_jax.runs.folder import CONFIG, LABELED, ORIGIN, RUNS, write_config
from aae_jax.runs.invocation import command
from aae_jax.runs.origin import Origin
from aae_jax.storage.files import drop_unfinished, is_unfinished, replace_text


def check_savable(path: Path) -> None:
    """Raise a PathError where checkpoints below `path` could not be read back.

    Orbax finds what it wrote by patterns, in which *, ? and [ of the path above would
    count, and TensorStore, which writes, takes no backslash and nothing but UTF-8.
    """
    whole = path.resolve()
    marks = " and ".join(mark for mark in "*?[\\" if mark in whole.as_posix())
    if marks or not _is_utf8(whole):
        problem = f"holds {marks}" if marks else "is not UTF-8 in this locale"
        raise PathError(
            f"checkpoints cannot be kept below {whole}, because its path {problem}: "
            "choose another --run-dir, or move the run to another folder"
        )


def new_run_dir(name: str, seeds: int | str, root: Path = RUNS) -> Path:
    """Make a directory of its own under `root`: name, UTC time and seed or seeds.

    Raises:
      RunError: There is no `root` and it cannot be made.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(
            f"{root} cannot be made ({error.strerror}): choose another directory with "
            "--run-dir"
        ) from error
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    stem = f"{name}-{time}-{seeds}"
    numbered = (root / f"{stem}-{count}" for count in itertools.count(2))
    paths = itertools.chain([root / stem], numbered)
    return next(path for path in paths if _claims(path))


def create_run(
    path: Path, config: Config, origin: Origin, labels: np.ndarray | None = None
) -> None:
    """Make the directory of one run: see `create_runs`."""
    create_runs(path, [(path, config)], origin, labels)


def create_runs(
    path: Path,
    runs: Sequence[tuple[Path, Config]],
    origin: Origin,
    labels: np.ndarray | None = None,
) -> None:
    """Make run directories and write what is known before training.

    The configs come last: whoever is killed before all of them are there leaves what
    counts as nothing, and may start again.

    Args:
      path: Of the run, or of the folder that holds several.
      runs: The path of each, and what is trained.
      origin: What it comes from.
      labels: Of the training images [N] int, from which `labeled_indices` chooses.

    Raises:
      RunError: The directory holds something already, or cannot be written.
    """
    check_free(path)
    try:
        for run, config in runs:
            run.mkdir(parents=True, exist_ok=True)
            drop_unfinished(run)
            if labels is not None and isinstance(config, ChoosesLabels):
                indices = config.labeled_indices(labels).tolist()
                text = json.dumps({"indices": indices})
                replace_text(run / LABELED, text + "\n")
            replace_text(run / ORIGIN, origin.to_json())
        for run, config in runs:
            write_config(run, config)
    except OSError as error:
        raise RunError(
            f"the run directory {path} cannot be written ({error.strerror}): choose "
            "another with --run-dir"
        ) from error


def check_free(path: Path) -> None:
    """Raise a RunError where `path` is not a free name or an empty directory.

    Nor what a start that was cut short left there: see `create_runs`.
    """
    if path.is_dir() and _is_unmade(path):
        return
    if (path / CONFIG).exists():
        again = command("train", "--run-dir", path, "--resume")
        raise RunError(
            f"{path} is not empty, and a run is never overwritten: choose another "
            f"--run-dir, or continue that run with: {again}"
        )
    if path.exists():
        raise RunError(
            f"{path} is not empty or no directory, and nothing is overwritten: choose "
            "another --run-dir"
        )


def _is_unmade(path: Path) -> bool:
    """True if nothing was trained in a directory, and a config is missing."""
    files = [found for found in path.rglob("*") if not found.is_dir()]
    written = [found for found in files if not is_unfinished(found.relative_to(path))]
    began = [found.parent for found in written if found.name in (ORIGIN, LABELED)]
    is_first = all(found.name in (CONFIG, ORIGIN, LABELED) for found in written)
    return is_first and not all((run / CONFIG).exists() for run in began or [path])


def _is_utf8(path: Path) -> bool:
    try:
        return os.fsencode(path) == str(path).encode()
    except UnicodeEncodeError:
        return False


def _claims(path: Path) -> bool:
    """Make the directory; False where another run was faster."""
    try:
        path.mkdir()
    except FileExistsError:
        return False
    return True
