"""Where prepared datasets live."""

import os
from pathlib import Path

from aae_jax.storage.folders import NOWHERE, cache_folder
from aae_jax.storage.paths import user_path


def data_folder(data_dir: str | Path | None = None) -> Path:
    """Return the folder of prepared datasets.

    The argument wins over the environment variable AAE_DATA_DIR, which wins over the
    default of tensorflow-datasets (TFDS_DATA_DIR or ~/tensorflow_datasets). That is a
    folder that cannot be where the user has no home.
    """
    variables = map(os.environ.get, ("AAE_DATA_DIR", "TFDS_DATA_DIR"))
    if chosen := data_dir or next(filter(None, variables), None):
        return user_path(chosen).absolute()
    try:
        return Path.home().absolute() / "tensorflow_datasets"
    except RuntimeError:
        return NOWHERE / "tensorflow_datasets"


def spare_data_folder() -> Path:
    """Return where a readable copy goes if the data folder holds an unreadable one."""
    return cache_folder() / "tensorflow_datasets"
