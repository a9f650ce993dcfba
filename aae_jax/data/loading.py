"""Load a dataset by its name."""

import difflib
from collections.abc import Callable
from pathlib import Path

from aae_jax.data.colored import COLORED, colored
from aae_jax.data.digits import load_digits
from aae_jax.data.folders import spare_data_folder
from aae_jax.data.npz import load_npz
from aae_jax.data.prepared import NAMES, load_copy, load_prepared
from aae_jax.data.preparing import prepare
from aae_jax.data.splits import DatasetSplits
from aae_jax.data.unavailable import DatasetUnavailableError, UnusableCopyError
from aae_jax.errors import DataError
from aae_jax.storage.paths import user_path

BUILT_IN = ("auto", *NAMES, "digits", *COLORED)

_PATIENCE_SECONDS = 10.0
_AUTO_PATIENCE_SECONDS = 2.0
"""`auto` has something to fall back to, and may take five seconds to do so."""


def load_dataset(
    name: str | Path = "auto",
    data_dir: str | Path | None = None,
    *,
    announce: Callable[[str], None] = print,
) -> DatasetSplits:
    """Load a dataset and split it.

    Args:
      name: "mnist", "fashion_mnist", "kmnist", "svhn_cropped" or "cifar10" (from a
        copy that tensorflow-datasets prepared, or downloaded), "digits" (inside
        scikit-learn), "colored_mnist" or "colored_digits" (those in random hues), the
        path of a .npz file with `images` uint8 [N, H, W] or [N, H, W, C] and perhaps
        `labels` [N], or "auto": MNIST if it can be had, else `digits`.
      data_dir: Where prepared copies live or go; by default the environment
        variable AAE_DATA_DIR, else ~/tensorflow_datasets.
      announce: Takes each line for the user: what is downloaded or decoded, and
        what `auto` fell back to.

    Raises:
      DataError: The dataset is unknown, malformed or not to be had; only "auto"
        ever takes another one instead.
    """
    name = str(name)
    if name == "auto":
        return _load_auto(data_dir, announce)
    if name == "digits":
        return load_digits()
    if name in NAMES:
        return load_prepared(name, data_dir, announce, _PATIENCE_SECONDS)
    if name in COLORED:
        return colored(name, load_dataset(COLORED[name], data_dir, announce=announce))
    if name.lower().endswith(".npz"):
        return load_npz(user_path(name), BUILT_IN, announce)
    raise DataError(_unknown(name))


def _load_auto(
    data_dir: str | Path | None, announce: Callable[[str], None]
) -> DatasetSplits:
    try:
        return _load_any_mnist(data_dir, announce)
    except DatasetUnavailableError as error:
        announce(
            f"Using the 8 x 8 digits of scikit-learn instead of MNIST: {error.reason}. "
            "To insist, and to read what to do: --dataset mnist."
        )
        return load_digits()


def _load_any_mnist(
    data_dir: str | Path | None, announce: Callable[[str], None]
) -> DatasetSplits:
    """Load MNIST, from a fresh copy in the spare folder if those found are unusable."""
    try:
        return load_prepared("mnist", data_dir, announce, _AUTO_PATIENCE_SECONDS)
    except UnusableCopyError as error:
        announce(f"Not used: {error.reason}.")
        spare = spare_data_folder()
        copy = prepare("mnist", spare, announce, _AUTO_PATIENCE_SECONDS)
        return load_copy(copy, announce)


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name.lower(), BUILT_IN, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    choices = ", ".join(BUILT_IN)
    return (
        f"There is no dataset {name!r}.{guess} There are {choices}, and PATH.npz for "
        "a file of your own."
    )
