"""Trained models inside the package, to try at once: no training, no run directory.

Each is a folder here, written by `python -m experiments.export_pretrained`.
"""

import json
from importlib.resources import files
from typing import Any

from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.pretrained.store import Model, read_model
from aae_jax.runs.folder import CONFIG

__all__ = [
    "Model",
    "load_pretrained",
    "pretrained_model",
    "pretrained_names",
    "provenance_of",
]

PROVENANCE = "provenance.json"


def load_pretrained(name: str) -> tuple[Config, dict[str, Any]]:
    """Return the config and the parameters of a trained model of the package.

    They serve for `encode`, `decode` and `style_grid` as those of `load_run` do. The
    discriminator is not kept, as only training needs it.

    Args:
      name: One of `pretrained_names()`, as in "digits".

    Raises:
      RunError: There is no such model, or its files are damaged.
    """
    model = pretrained_model(name)
    return model.config, model.params


def pretrained_model(name: str) -> Model:
    """Return a trained model of the package with what it came from.

    Raises:
      RunError: There is no such model, or its files are damaged.
    """
    names = pretrained_names()
    if name not in names:
        raise RunError(
            f"there is no pretrained model {name!r}: choose {' or '.join(names)}"
        )
    return read_model(files(__name__) / name)


def provenance_of(name: str) -> dict[str, Any]:
    """Return what a model of the package came from, and what was measured of it.

    Raises:
      RunError: Its files are damaged.
    """
    file = files(__name__) / name / PROVENANCE
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise RunError(f"{file} is damaged ({error}): install aae-jax again") from error


def pretrained_names() -> list[str]:
    """Return the names of the trained models in the package."""
    folders = files(__name__).iterdir()
    return sorted(folder.name for folder in folders if (folder / CONFIG).is_file())
