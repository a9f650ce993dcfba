"""Where prepared datasets and caches live."""

import os
from pathlib import Path

import platformdirs


def data_folder(data_dir: str | Path | None = None) -> Path:
    """The folder of prepared datasets.

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


def cache_folder() -> Path:
    """The user's cache of this package; AAE_CACHE_DIR names another one."""
    chosen = os.environ.get("AAE_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return platformdirs.user_cache_path("aae-jax", appauthor=False)


def spare_data_folder() -> Path:
    """Where a readable copy goes when the data folder holds an unreadable one."""
    return cache_folder() / "tensorflow_datasets"
