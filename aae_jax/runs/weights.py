"""The weights of an exported model: one .safetensors file in place of checkpoints.

Many libraries read it. It holds numbers and no code.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jax

from aae_jax.algorithms.uses import used_params
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.storage.arrays import DAMAGES, MAX_BYTES, by_name, tree_of
from aae_jax.storage.files import replacement

WEIGHTS = "model.safetensors"
"""Arrays by their places, as in "decoder/params/network/Dense_0/kernel"."""


def is_exported(path: Path) -> bool:
    """Return whether a folder is an exported model, and no run to train."""
    return (path / WEIGHTS).exists()


def check_installed(*packages: str) -> None:
    """Raise a RunError where packages are missing that exported models need."""
    missing = " ".join(name for name in packages if find_spec(name) is None)
    if missing:
        raise RunError(f"exported models need more packages: pip install {missing}")


def used_arrays(config: Config, params: dict[str, Any]) -> dict[str, Any]:
    """Return the arrays that using a model reads, by their places, on the host."""
    used = {name: params[name] for name in used_params(config)}
    return by_name(jax.device_get(used))


def write_weights(path: Path, arrays: dict[str, Any]) -> None:
    """Write what `used_arrays` returned into the folder `path`."""
    from safetensors.numpy import save

    # Not `save_file`, whose files only their owner may read.
    with replacement(path / WEIGHTS) as unfinished:
        unfinished.write_bytes(save(arrays))


def read_weights(path: Path, config: Config) -> dict[str, Any]:
    """Return the parameters, by network, of the exported model at `path`.

    No number of a file is read before its header is found to be what the config
    describes, nor of one of more than `MAX_BYTES`.

    Raises:
      RunError: They are damaged, or not those that the config describes.
    """
    check_installed("safetensors")
    from safetensors import SafetensorError

    file = path / WEIGHTS
    try:
        if (size := file.stat().st_size) > MAX_BYTES:
            raise ValueError(f"{size:,} bytes, of at most {MAX_BYTES:,}")
        arrays = _read(file, by_name(used_params(config)))
    except (*DAMAGES, SafetensorError) as error:
        raise RunError(
            f"{file} cannot be read ({error}): fetch it again from where it came from, "
            "or export the run again"
        ) from error
    return jax.device_put(tree_of(arrays))


def _read(file: Path, expected: dict[str, Any]) -> dict[str, Any]:
    """Return the arrays of a file; raises a ValueError where they are unlike these."""
    from safetensors import safe_open

    with safe_open(file, framework="numpy") as stored:
        headers = {name: stored.get_slice(name) for name in stored.keys()}  # noqa: SIM118
        found = {name: (*x.get_shape(), x.get_dtype()) for name, x in headers.items()}
        if found != {name: (*array.shape, "F32") for name, array in expected.items()}:
            raise ValueError("it holds other arrays than config.json describes")
        return {name: stored.get_tensor(name) for name in expected}
