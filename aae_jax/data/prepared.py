"""The datasets of tensorflow-datasets, from copies on disk."""

import importlib.util
import platform
from collections.abc import Callable
from pathlib import Path

from aae_jax.data.cache import cached
from aae_jax.data.copies import Copy, Decoded, find_copy, read_copy
from aae_jax.data.folders import data_folder, spare_data_folder
from aae_jax.data.preparing import HOMES, prepare
from aae_jax.data.splits import DatasetSplits, hold_out_first
from aae_jax.data.unavailable import DatasetUnavailableError, UnusableCopyError

NAMES = tuple(HOMES)
NUM_VALIDATION = 5_000

_NEEDED = ("tensorflow_datasets", "array_record")


def load_prepared(
    name: str,
    data_dir: str | Path | None,
    announce: Callable[[str], None],
    patience: float,
) -> DatasetSplits:
    """Load one of `NAMES`, downloading and preparing it if there is no copy.

    A copy is looked for in the data folder, then in the spare one. The first 5,000
    training examples are validation, the rest train. First means first in the
    records, which tensorflow-datasets shuffles in one fixed way when it prepares
    them: these are not the first 5,000 of the original files.

    Args:
      name: One of `NAMES`.
      data_dir: As `data_folder` takes it.
      announce: Takes each line for the user.
      patience: Seconds to wait for the first answer from the network.

    Raises:
      UnusableCopyError: Only copies that cannot be read were found.
      DatasetUnavailableError: There is none, and none can be prepared.
    """
    _require_packages(name)
    folder = data_folder(data_dir)
    found = _load_found(name, folder, announce)
    if found is None:
        return load_copy(prepare(name, folder, announce, patience), announce)
    return found


def load_copy(copy: Copy, announce: Callable[[str], None]) -> DatasetSplits:
    """Load a prepared copy, from the cache of decoded arrays where that is sound.

    Raises:
      UnusableCopyError: The copy is damaged or too small to be split.
    """

    def decode() -> Decoded:
        announce(f"Decoding {copy.source}.")
        return read_copy(copy)

    train, test, class_names = cached(copy, decode)
    if len(train.labels) <= NUM_VALIDATION:
        raise UnusableCopyError(
            f"the copy in {copy.path} holds {len(train.labels)} training images, of "
            f"which {NUM_VALIDATION} would be validation",
            "Name another folder with --data-dir or AAE_DATA_DIR.",
        )
    train, validation = hold_out_first(train, NUM_VALIDATION)
    return DatasetSplits(
        name=copy.name,
        spec=copy.name,
        source=copy.source,
        train=train,
        validation=validation,
        test=test,
        num_classes=len(class_names),
        class_names=class_names,
    )


def _load_found(
    name: str, folder: Path, announce: Callable[[str], None]
) -> DatasetSplits | None:
    """Load the first copy that can be read, None if there is not even a bad one."""
    problem = None
    for place in (folder, spare_data_folder()):
        try:
            copy = find_copy(name, place)
            splits = load_copy(copy, announce) if copy else None
        except UnusableCopyError as error:
            problem = problem or error
            continue
        if splits is not None:
            if problem is not None:
                announce(f"Not used: {problem.reason}.")
            return splits
    if problem is not None:
        raise problem
    return None


def _require_packages(name: str) -> None:
    """Raise DatasetUnavailableError where tensorflow-datasets cannot work."""
    if platform.system() == "Windows":
        raise DatasetUnavailableError(
            f"on Windows digits and PATH.npz work and {', '.join(NAMES)} do not "
            "(array_record, which they need, does not exist for it)",
            "Use --dataset digits or --dataset PATH.npz.",
        )
    missing = [needed for needed in _NEEDED if not importlib.util.find_spec(needed)]
    if missing:
        raise DatasetUnavailableError(
            f"{name} needs the Python packages {', '.join(missing)}",
            f"Install them (pip install {' '.join(missing)}) or use --dataset digits.",
        )
