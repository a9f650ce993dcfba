"""The supervised adversarial autoencoder in JAX.

Shapes are written with one alphabet everywhere: N examples of a dataset, B of a
batch, H x W pixels, Z latent dimensions, K classes. A latent code z is always in
units of the prior, whose standard deviation is `config.prior_std`.

Names are imported when first used, so `import aae_jax` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aae_jax.config import Config
    from aae_jax.data import load_dataset
    from aae_jax.errors import AAEError
    from aae_jax.pretrained import load_pretrained
    from aae_jax.priors import sample_prior
    from aae_jax.recipes import RECIPES, config_for
    from aae_jax.runs import load_run
    from aae_jax.sampling import decode, encode, interpolate, style_grid
    from aae_jax.state import init_state
    from aae_jax.training import train_epoch, train_step

__version__ = "0.1.0"

_HOMES = {
    "AAEError": "errors",
    "Config": "config",
    "config_for": "recipes",
    "RECIPES": "recipes",
    "decode": "sampling",
    "encode": "sampling",
    "init_state": "state",
    "interpolate": "sampling",
    "load_dataset": "data",
    "load_pretrained": "pretrained",
    "load_run": "runs",
    "sample_prior": "priors",
    "style_grid": "sampling",
    "train_epoch": "training",
    "train_step": "training",
}

__all__ = [
    "RECIPES",
    "AAEError",
    "Config",
    "config_for",
    "decode",
    "encode",
    "init_state",
    "interpolate",
    "load_dataset",
    "load_pretrained",
    "load_run",
    "sample_prior",
    "style_grid",
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
