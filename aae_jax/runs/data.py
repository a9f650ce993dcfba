"""The data of a run that was begun, wherever it lies now."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from aae_jax.data import DatasetSplits, data_folder, load_dataset
from aae_jax.errors import DataError
from aae_jax.runs.folder import ORIGIN, check_same_data
from aae_jax.runs.origin import Origin
from aae_jax.storage.files import replace_text


def load_again(
    path: Path,
    origin: Origin,
    dataset: str | None = None,
    data_dir: Path | None = None,
    load: Callable[..., DatasetSplits] = load_dataset,
) -> DatasetSplits:
    """Load the data that the run at `path` began with, from a new place if named.

    Raises:
      DataError: It is not to be had; names the flags for its new place.
      RunError: It is not that data.
    """
    try:
        splits = load(dataset or origin.dataset, data_dir or origin.data_dir)
    except DataError as error:
        if dataset is not None:
            raise
        problem = str(error).partition(". ")[0]
        raise DataError(
            f"{path} was trained on {origin.source}, which is not to be had there: if "
            "it was moved, name its new place with --dataset PATH.npz, or the folder "
            f"of prepared copies with --data-dir ({problem})"
        ) from error
    check_same_data(path, origin, splits.fingerprint)
    return splits


def remember_place(
    path: Path, origin: Origin, splits: DatasetSplits, data_dir: Path | None
) -> None:
    """Write down where the data of the run at `path` was found this time."""
    folder = origin.data_dir if data_dir is None else str(data_folder(data_dir))
    found = replace(origin, dataset=splits.spec, source=splits.source, data_dir=folder)
    if found != origin:
        replace_text(path / ORIGIN, found.to_json())
