"""Adversarial autoencoders in JAX: the family of Makhzani et al. 2015, as phases.

Shapes are written with one alphabet everywhere: N examples of a dataset, B of a
batch, H x W pixels of C channels, Z latent dimensions, K classes. A latent code z is
always in units of the prior, whose standard deviation is `config.scale`.

Names are imported when first used, so `import aae_jax` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aae_jax.algorithms.recipes import RECIPES, config_for
    from aae_jax.algorithms.sampling import (
        classify,
        decode,
        encode,
        interpolate,
        sample_prior,
        style_grid,
    )
    from aae_jax.core.config import Config
    from aae_jax.core.phases import init_state, train_step
    from aae_jax.data import load_dataset
    from aae_jax.engine.epochs import train_epoch
    from aae_jax.engine.trainer import train
    from aae_jax.errors import AAEError
    from aae_jax.pretrained import load_pretrained
    from aae_jax.runs.loading import load_run
    from aae_jax.runs.whole import save_run

__version__ = "0.2.0"

_HOMES = {
    "AAEError": "errors",
    "classify": "algorithms.sampling",
    "Config": "core.config",
    "config_for": "algorithms.recipes",
    "RECIPES": "algorithms.recipes",
    "decode": "algorithms.sampling",
    "encode": "algorithms.sampling",
    "init_state": "core.phases",
    "interpolate": "algorithms.sampling",
    "load_dataset": "data",
    "load_pretrained": "pretrained",
    "load_run": "runs.loading",
    "sample_prior": "algorithms.sampling",
    "save_run": "runs.whole",
    "style_grid": "algorithms.sampling",
    "train": "engine.trainer",
    "train_epoch": "engine.epochs",
    "train_step": "core.phases",
}

__all__ = [
    "RECIPES",
    "AAEError",
    "Config",
    "classify",
    "config_for",
    "decode",
    "encode",
    "init_state",
    "interpolate",
    "load_dataset",
    "load_pretrained",
    "load_run",
    "sample_prior",
    "save_run",
    "style_grid",
    "train",
    "train_epoch",
    "train_step",
]


def __getattr__(name: str) -> object:
    """Import a public name from its module on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
