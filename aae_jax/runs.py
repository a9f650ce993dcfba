"""The run directory: what is in it, how it starts, continues and is read back."""

import itertools
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aae_jax.config import Config
from aae_jax.errors import ConfigError, RunError
from aae_jax.files import replace_text
from aae_jax.origin import Origin

if TYPE_CHECKING:
    from aae_jax.state import Params

RUNS = Path("runs")
"""Where runs without a directory of their own go."""

CONFIG, ORIGIN = "config.json", "origin.json"
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


def create_run(path: Path, config: Config, origin: Origin) -> None:
    """Make the run directory and write what is known before training.

    Raises:
      RunError: The directory holds something already, or cannot be written.
    """
    check_free(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        write_config(path, config)
        replace_text(path / ORIGIN, origin.to_json())
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
        raise RunError(
            f"{path} is not empty, and a run is never overwritten: choose another "
            f"--run-dir, or continue that run with: {command('train', path)} --resume"
        )
    if path.exists():
        raise RunError(
            f"{path} is not empty or no directory, and nothing is overwritten: choose "
            "another --run-dir"
        )


def command(script: str, run: Path) -> str:
    """Return the command that runs `script`.py on a run directory, to be copied."""
    path = Path(__file__).resolve().parent.parent / f"{script}.py"
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return f"python {shlex.quote(str(path))} --run-dir {shlex.quote(str(run))}"


def _claims(path: Path) -> bool:
    """Make the directory; False where another run was faster."""
    try:
        path.mkdir()
    except FileExistsError:
        return False
    return True


def write_config(path: Path, config: Config) -> None:
    """Write the config of the run at `path`, replacing the old one whole."""
    replace_text(path / CONFIG, config.to_json())


def read_config(path: Path) -> Config:
    """Read the config of the run at `path`.

    Raises:
      RunError: There is no run, or its config is damaged.
    """
    try:
        return Config.from_json((path / CONFIG).read_text())
    except (ConfigError, UnicodeDecodeError) as error:
        raise RunError(f"{path / CONFIG} cannot be used: {error}") from error
    except OSError as error:
        raise _not_a_run(path, CONFIG) from error


def read_origin(path: Path) -> Origin:
    """Read what the run at `path` came from.

    Raises:
      RunError: There is no run, or the file is damaged.
    """
    try:
        return Origin.from_json((path / ORIGIN).read_text())
    except OSError as error:
        raise _not_a_run(path, ORIGIN) from error
    except ValueError as error:
        raise RunError(f"{path / ORIGIN} cannot be used: {error}") from error


def check_same_data(path: Path, origin: Origin, fingerprint: str) -> None:
    """Raise a RunError where the data is not what the run at `path` began with."""
    if fingerprint != origin.fingerprint:
        raise RunError(
            f"the training images are not those that {path} began with "
            f"({origin.source}): continue with that data, named by --dataset or "
            "--data-dir, or start a run of its own without --resume"
        )


def newest_run(root: Path = RUNS) -> Path:
    """Return the newest run under `root` that has a finished checkpoint.

    Raises:
      RunError: There is none.
    """
    from aae_jax.checkpoints import latest_epoch

    def age(run: Path) -> float:
        return (run / CONFIG).stat().st_mtime

    patterns = (f"*/{CONFIG}", f"*/{_MEMBER}*/{CONFIG}")
    runs = [path.parent for pattern in patterns for path in root.glob(pattern)]
    for run in sorted(runs, key=age, reverse=True):
        if latest_epoch(run) is not None:
            return run
    raise RunError(
        f"there is no trained run under {root}{'/' if root.is_dir() else ''}: train "
        "one with `python train.py`, name one with --run-dir, or sample a trained "
        "model at once with `python sample.py --pretrained digits`"
    )


def load_run(path: str | Path) -> "tuple[Config, Params]":
    """Return the config and the newest parameters of the run at `path`.

    Works on any kind and number of devices, whichever the run was trained on.

    Args:
      path: The run directory, absolute or relative to the working directory.

    Raises:
      RunError: No run, no finished checkpoint, or one that does not fit its config.
    """
    from aae_jax.checkpoints import restore_params

    run = Path(path).expanduser()
    config = read_config(run)
    return config, restore_params(run, config)


def _not_a_run(path: Path, name: str) -> RunError:
    what = "is a file" if path.exists() else "does not exist"
    if path.is_dir():
        what = f"has no readable {name}"
    return RunError(
        f"{path} is no run directory: it {what}. Name a directory that train.py wrote"
    )
