"""The run directory: what it is called, what is in it, and how it begins."""

import os
from collections.abc import Sequence
from pathlib import Path

from aae_jax.algorithms.catalog import from_json, to_json
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.runs.invocation import command
from aae_jax.runs.origin import Origin
from aae_jax.storage.containment import check_contained
from aae_jax.storage.files import read_text, replace_text

RUNS = Path("runs")
"""Where runs without a directory of their own go."""

CONFIG, ORIGIN = "config.json", "origin.json"
LABELED = "labeled.json"
"""Which training images are labeled, of a run that learns from few labels."""

CHECKPOINTS, EVENTS, PROFILE = "checkpoints", "events", "profile"
FIGURES, SAMPLES = "figures", "samples"

_MEMBER = "seed-"
NUM_NAMED = 3
"""How many runs a message names."""


def sweep_member(sweep: Path, seed: int) -> Path:
    """Return the directory of one run of a sweep over seeds."""
    return sweep / f"{_MEMBER}{seed}"


def sweep_of(run: Path) -> Path:
    """Return the folder of a run of a sweep over seeds; a run alone is its own."""
    return run.parent if run.name.startswith(_MEMBER) else run


def runs_of_sweep(path: Path) -> list[Path]:
    """Return the runs of the sweep at `path` by seed; none where it is no sweep."""
    found = [run.parent for run in path.glob(f"{_MEMBER}*/{ORIGIN}")]
    return sorted(found, key=lambda run: (len(run.name), run.name))


def runs_under(root: Path) -> list[Path]:
    """Return the runs under `root`, those of sweeps too, the newest first."""
    patterns = (f"*/{CONFIG}", f"*/{_MEMBER}*/{CONFIG}")
    configs = [path for pattern in patterns for path in root.glob(pattern)]
    configs.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.parent for path in configs]


def outputs_of(run: Path) -> Path:
    """Return where what is made of a run goes: there, or under runs/, and says so.

    The latter where this user may only read the run.
    """
    inside = [run, run / SAMPLES, run / FIGURES]
    if all(os.access(path, os.W_OK) for path in inside if path.exists()):
        return run
    own = RUNS / "-".join(["of", *run.resolve().parts[-2:]])
    print(f"{run} may only be read: what is made of it goes to {own}")
    return own


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
        return from_json(read_text(path / CONFIG), algorithms)
    except ValueError as error:
        raise RunError(
            f"{path / CONFIG} cannot be used: {error}{_copies(path)}"
        ) from error
    except OSError as error:
        raise _not_a_run(path, CONFIG) from error


def read_origin(path: Path) -> Origin:
    """Read what the run at `path` came from.

    Raises:
      RunError: There is no run, the file is damaged, or a link leads elsewhere.
    """
    check_contained(path)
    try:
        return Origin.from_json(read_text(path / ORIGIN))
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
    return RunError(f"{path} is no run directory: it {what}{_meant(path)}")


def _meant(path: Path) -> str:
    """Return the rest of a sentence about a path that is no run: which one may be."""
    above = [folder for folder in path.absolute().parents if (folder / CONFIG).exists()]
    if above:
        return f". The run that it belongs to is {above[0]}: name that"
    if (path / ORIGIN).exists() and not (path / CHECKPOINTS).exists():
        return ". Its start was cut short: start it again as the first time"
    if members := runs_of_sweep(path):
        again = command("train", "--run-dir", path, "--resume")
        return (
            f". It holds the runs of {len(members)} seeds: name one, as {members[0]}; "
            f"only {again} takes all of them"
        )
    if found := [str(run) for run in runs_under(path)[:NUM_NAMED]]:
        return f". Name a run in it, the newest first: {', '.join(found)}"
    return _copies(path) or f". Name a directory that {command('train')} wrote"


def _copies(path: Path) -> str:
    """Return where a copy of the config of a run lies, in words; nothing without."""
    found = list(path.glob(f"{CHECKPOINTS}/*/config/metadata"))
    if not found:
        return ""
    newest = max(found, key=lambda copy: copy.stat().st_mtime)
    return f". A copy of its config is {newest}: put it back as {path / CONFIG}"
