"""Where prepared datasets live."""

import os
from pathlib import Path

from aae_jax.storage.folders import cache_folder


def data_folder(data_dir: str | Path | None = None) -> Path:
    """Return the folder of prepared datasets.

    The argument wins over the environment variable AAE_DATA_DIR, which wins over the
    default of tensorflow-datasets (TFDS_DATA_DIR or ~/tensorflow_datasets).
    """
    chosen = (
        data_dir
        or os.environ.get("AAE_DATA_DIR")
        or os.environ.get("TFDS_DATA_DIR")
        or Path("~", "tensorflow_datasets")
    )
    return Path(chosen).expanduser().absolute()


def spare_data_folder() -> Path:
    """Return where a readable copy goes if the data folder holds an unreadable one."""
    return cache_folder() / "tensorflow_datasets"
