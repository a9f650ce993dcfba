"""A trained model as files: the folder that a model of the package lies in.

It holds config.json, origin.json and codes.npz, as a run does, and weights.npz: the
arrays of encoder and decoder, each named by its place in the tree, as in
"decoder/params/network/Dense_0/kernel", rounded to float16, which halves the package
and moves no pixel by what is seen. There is no pickle in it.
"""

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import jax
import numpy as np

from aae_jax.algorithms.catalog import from_json, to_json
from aae_jax.core.config import Config
from aae_jax.core.phases import init_state
from aae_jax.errors import RunError
from aae_jax.runs.codes import CODES, codes_of
from aae_jax.runs.folder import CONFIG, ORIGIN
from aae_jax.runs.model import Model
from aae_jax.runs.origin import Origin
from aae_jax.storage.arrays import DAMAGES, are_alike, by_name, read_arrays, tree_of
from aae_jax.storage.files import replace_arrays, replace_text

WEIGHTS = "weights.npz"
KEPT = ("encoder", "decoder")
"""The networks that sampling needs."""


def write_model(folder: Path, model: Model) -> None:
    """Write encoder and decoder of a model, rounded; replaces what lies there."""
    folder.mkdir(parents=True, exist_ok=True)
    replace_text(folder / CONFIG, to_json(model.config))
    replace_text(folder / ORIGIN, model.origin.to_json())
    replace_arrays(folder / CODES, model.codes._asdict())
    weights = jax.device_get(named_arrays(model.params))
    replace_arrays(folder / WEIGHTS, as_type(np.float16, weights))


def read_model(folder: Traversable) -> Model:
    """Read what `write_model` wrote, onto this process's device.

    Raises:
      RunError: A file is missing or damaged, or they do not belong together.
    """
    try:
        config = from_json((folder / CONFIG).read_text(encoding="utf-8"))
        origin = Origin.from_json((folder / ORIGIN).read_text(encoding="utf-8"))
        halves = read_arrays(folder / WEIGHTS)
        if not are_alike(halves, named_arrays(_abstract_halves(config))):
            raise ValueError(f"{WEIGHTS} holds other arrays than {CONFIG} describes")
        codes = codes_of(read_arrays(folder / CODES), config.code_dim)
    except (*DAMAGES, TypeError) as error:
        raise _damaged(folder, str(error)) from error
    params = tree_of(as_type(np.float32, halves))
    return Model(config, jax.device_put(params), origin, codes)


def named_arrays(params: dict[str, Any]) -> dict[str, jax.Array]:
    """Return the arrays of encoder and decoder by their places in the tree."""
    return by_name({name: params[name] for name in KEPT})


def as_type(dtype: type, arrays: dict[str, Any]) -> dict[str, Any]:
    """Return arrays in another precision."""
    return {name: array.astype(dtype) for name, array in arrays.items()}


def _abstract_halves(config: Config) -> dict[str, Any]:
    """Return what the weights of a config look like in float16."""

    def halves() -> dict[str, Any]:
        params = init_state(config, jax.random.key(0)).params
        return jax.tree.map(lambda leaf: leaf.astype(np.float16), params)

    return jax.eval_shape(halves)


def _damaged(folder: Traversable, problem: str) -> RunError:
    return RunError(
        f"the trained model in {folder} is damaged ({problem}): install aae-jax again"
    )
