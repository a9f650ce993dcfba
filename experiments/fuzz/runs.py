"""Random run directories: a sound one with one thing about it wrong."""

import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import jax
import numpy as np

from aae_jax import load_run
from aae_jax.algorithms.catalog import to_json
from aae_jax.algorithms.recipes import RECIPES
from aae_jax.core.changes import laid_over
from aae_jax.core.phases import init_state
from aae_jax.imaging import Framing
from aae_jax.runs.checkpoints import open_checkpoints, save_checkpoint
from aae_jax.runs.folder import CONFIG, create_run, read_config, read_origin
from aae_jax.runs.folder import ORIGIN as RUN_ORIGIN
from aae_jax.runs.origin import Origin
from experiments.fuzz.arrays import wrong_bytes

VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1, 1.5, 10**9, 2**100, 1e308, float("nan"), float("inf"), "",
    "x", "a\nb", "$", "../..", "/etc/passwd", [], [1, 2, 3], {}, {"kind": "gaussian"},
)  # fmt: skip
ORIGIN = Origin("default", "digits", None, "somewhere", "abc", ("0", "1"), Framing())


def config_text(rng: np.random.Generator, folder: Path) -> bool:
    """Read a config and an origin with other values; what is read is as written."""
    recipe = RECIPES[str(rng.choice(list(RECIPES)))]
    text, origin = spoiled(rng, to_json(recipe)), spoiled(rng, ORIGIN.to_json())
    (folder / CONFIG).write_text(text, encoding="utf-8")
    (folder / RUN_ORIGIN).write_text(origin, encoding="utf-8")
    read = to_json(read_config(folder)), read_origin(folder).to_json()
    return [*map(json.loads, read)] == [
        json.loads(text.lstrip("\ufeff")) for text in (text, origin)
    ]


def spoiled(rng: np.random.Generator, text: str) -> str:
    """Return JSON with another value somewhere, or with other letters."""
    values = json.loads(text)
    inside = values
    for _ in range(rng.integers(0, 3)):
        name = str(rng.choice(list(inside)))
        value = rng.choice(np.array(VALUES, object))
        if isinstance(inside[name], dict) and rng.random() < 0.8:
            inside = inside[name]
            continue
        inside[name] = value
    if rng.random() < 0.1:
        values.pop(str(rng.choice(list(values))))
    text = json.dumps(values)
    cut = int(rng.integers(len(text)))
    words = (text, text[:cut], text[:cut] + "[" * 99_999, f"\ufeff{text}", "")
    return words[rng.choice(5, p=[0.8, 0.1, 0.05, 0.03, 0.02])]


@cache
def sound_run() -> tuple[Path, Any]:
    """Make a run once; returns its path and its parameters."""
    sizes = {"hidden_dim": 8, "latent_dim": 2, "image_shape": (8, 8, 1)}
    config = laid_over(RECIPES["default"], sizes)
    state = init_state(config, jax.random.key(0))
    path = Path(tempfile.mkdtemp(), "run")
    create_run(path, config, ORIGIN)
    with open_checkpoints(path) as checkpoints:
        save_checkpoint(checkpoints, 1, config, state)
    return path, jax.device_get(state.params)


def run_directory(rng: np.random.Generator, folder: Path) -> bool:
    """Load a run with one file damaged; if it is taken, it is the one written."""
    sound, params = sound_run()
    run = Path(shutil.copytree(sound, folder / "run"))
    files = sorted(path for path in run.rglob("*") if path.is_file())
    path = files[rng.integers(len(files))]
    damages = (emptied, removed, a_folder, a_link, flipped, flipped, flipped, revalued)
    damages[rng.integers(len(damages))](rng, path)
    _, found = load_run(run)
    read_origin(run)
    same = jax.tree.map(np.array_equal, jax.device_get(found), params)
    return all(jax.tree.leaves(same))


def emptied(rng: np.random.Generator, path: Path) -> None:
    """Leave nothing in the file."""
    path.write_bytes(b"")


def removed(rng: np.random.Generator, path: Path) -> None:
    """Leave no file."""
    path.unlink()


def a_folder(rng: np.random.Generator, path: Path) -> None:
    """Put a folder in its place."""
    path.unlink()
    path.mkdir()


def a_link(rng: np.random.Generator, path: Path) -> None:
    """Put a link out of the run in its place, by its whole name or by dots."""
    path.unlink()
    path.symlink_to(str(rng.choice(["/etc/passwd", "../" * 30 + "etc/passwd"])))


def flipped(rng: np.random.Generator, path: Path) -> None:
    """Change some of its bits."""
    wrong_bytes(rng, path, share=1)


def revalued(rng: np.random.Generator, path: Path) -> None:
    """Change values of a JSON file."""
    if path.suffix == ".json":
        path.write_text(spoiled(rng, path.read_text()), encoding="utf-8")
