"""A trained model as files: the folder that a model of the package lies in.

It holds config.json and origin.json, as a run does, and weights.npz: the float32 arrays
of encoder and decoder, each named by its place in the tree, as in
"decoder/params/network/Dense_0/kernel". There is no pickle in it.
"""

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np

from aae_jax.config import Config
from aae_jax.data.npz import DAMAGES
from aae_jax.errors import RunError
from aae_jax.origin import Origin
from aae_jax.runs import CONFIG, ORIGIN
from aae_jax.state import Params, init_state
from aae_jax.weights import are_alike, by_name, read_arrays, tree_of

WEIGHTS = "weights.npz"


class Model(NamedTuple):
    """A trained model, as sampling needs it.

    `params.discriminator` is an empty tree where the model was read from files.
    """

    config: Config
    params: Params
    origin: Origin


def write_model(folder: Path, model: Model) -> None:
    """Write a model, without its discriminator; replaces the one that lies there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(model.config.to_json())
    (folder / ORIGIN).write_text(model.origin.to_json())
    arrays = jax.device_get(named_arrays(model.params))
    np.savez_compressed(folder / WEIGHTS, **arrays)


def read_model(folder: Traversable) -> Model:
    """Read what `write_model` wrote, onto this process's device.

    Raises:
      RunError: A file is missing or damaged, or they do not belong together.
    """
    try:
        config = Config.from_json((folder / CONFIG).read_text())
        origin = Origin.from_json((folder / ORIGIN).read_text())
        return Model(config, _read_params(folder, config), origin)
    except (*DAMAGES, TypeError) as error:
        raise RunError(
            f"the trained model in {folder} is damaged ({error}): install aae-jax again"
        ) from error


def named_arrays(params: Params) -> dict[str, jax.Array]:
    """Return the arrays of encoder and decoder by their places in the tree."""
    networks = {"encoder": params.encoder, "decoder": params.decoder}
    return by_name(networks)


def _read_params(folder: Traversable, config: Config) -> Params:
    arrays = read_arrays(folder / WEIGHTS)
    if not are_alike(arrays, named_arrays(_abstract_params(config))):
        raise ValueError(f"{WEIGHTS} holds other arrays than {CONFIG} describes")
    return Params(discriminator={}, **tree_of(arrays))


def _abstract_params(config: Config) -> Params:
    return jax.eval_shape(lambda: init_state(config, jax.random.key(0))).params
