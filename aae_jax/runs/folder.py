"""The run directory: what it is called, what is in it, and how it begins."""

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from aae_jax.algorithms.catalog import from_json, to_json
from aae_jax.core.config import Config
from aae_jax.errors import ConfigError, RunError
from aae_jax.runs.invocation import command
from aae_jax.runs.origin import Origin
from aae_jax.storage.containment import check_contained
from aae_jax.storage.files import replace_text

RUNS = Path("runs")
"""Where runs without a directory of their own go."""

CONFIG, ORIGIN = "config.json", "origin.json"
LABELED = "labeled.json"
"""Which training images are labeled, of a run that learns from few labels."""

CHECKPOINTS, EVENTS, PROFILE = "checkpoints", "events", "profile"
FIGURES, SAMPLES = "figures", "samples"

_MEMBER = "seed-"


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


def sweep_member(sweep: Path, seed: int) -> Path:
    """Return the directory of one run of a sweep over seeds."""
    return sweep / f"{_MEMBER}{seed}"


def runs_of_sweep(path: Path) -> list[Path]:
    """Return the runs of the sweep at `path` by seed; none where it is no sweep."""
    found = [run.parent for run in path.glob(f"{_MEMBER}*/{CONFIG}")]
    return sorted(found, key=lambda run: (len(run.name), run.name))


def runs_under(root: Path) -> list[Path]:
    """Return the runs under `root`, those of sweeps too, the newest first."""
    patterns = (f"*/{CONFIG}", f"*/{_MEMBER}*/{CONFIG}")
    configs = [path for pattern in patterns for path in root.glob(pattern)]
    configs.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.parent for path in configs]


def create_run(
    path: Path, config: Config, origin: Origin, labeled: Sequence[int] | None = None
) -> None:
    """Make the run directory and write what is known before training.

    Args:
      path: Of the run.
      config: What is trained.
      origin: What it comes from.
      labeled: Which training images are labeled, where not all of them are.

    Raises:
      RunError: The directory holds something already, or cannot be written.
    """
    check_free(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        write_config(path, config)
        replace_text(path / ORIGIN, origin.to_json())
        if labeled is not None:
            replace_text(path / LABELED, json.dumps({"indices": list(labeled)}) + "\n")
    except OSError as error:
        raise RunError(
            f"the run directory {path} cannot be written ({error.strerror}): choose "
            "another with --run-dir"
        ) from error


def check_free(path: Path) -> None:
    """Raise a RunError where `path` is not a free name or an empty directory."""
    if path.is_dir() and not any(path.iterdir()):
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


def _claims(path: Path) -> bool:
    """Make the directory; False where another run was faster."""
    try:
        path.mkdir()
    except FileExistsError:
        return False
    return True


def write_config(path: Path, config: Config) -> None:
    """Write the config of the run at `path`, replacing the old one whole."""
    replace_text(path / CONFIG, to_json(config))


def read_config(path: Path, algorithms: Sequence[type[Config]] = ()) -> Config:
    """Read the config of the run at `path`.

    Args:
      path: The run directory.
      algorithms: Classes that the package does not know, beside its own.

    Raises:
      RunError: There is no run, its config is damaged or of another format, or a link
        in it leads elsewhere.
    """
    check_contained(path)
    try:
        return from_json((path / CONFIG).read_text(encoding="utf-8"), algorithms)
    except (ConfigError, UnicodeDecodeError) as error:
        raise RunError(f"{path / CONFIG} cannot be used: {error}") from error
    except OSError as error:
        raise _not_a_run(path, CONFIG) from error


def read_origin(path: Path) -> Origin:
    """Read what the run at `path` came from.

    Raises:
      RunError: There is no run, the file is damaged, or a link leads elsewhere.
    """
    check_contained(path)
    try:
        return Origin.from_json((path / ORIGIN).read_text(encoding="utf-8"))
    except OSError as error:
        raise _not_a_run(path, ORIGIN) from error
    except ValueError as error:
        raise RunError(f"{path / ORIGIN} cannot be used: {error}") from error


def check_same_data(path: Path, origin: Origin, fingerprint: str) -> None:
    """Raise a RunError where the data is not what the run at `path` began with."""
    if fingerprint != origin.fingerprint:
        raise RunError(
            f"the training images are not those that {path} began with "
            f"({origin.source}): name that data by --dataset or --data-dir, or train a "
            "run of its own on these"
        )


def _not_a_run(path: Path, name: str) -> RunError:
    what = "is a file" if path.exists() else "does not exist"
    if path.is_dir():
        what = f"has no readable {name}"
    return RunError(
        f"{path} is no run directory: it {what}. Name a directory that "
        f"{command('train')} wrote"
    )
