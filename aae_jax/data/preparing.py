"""Download a dataset of tensorflow-datasets and prepare a copy of it."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from aae_jax.data import network
from aae_jax.data.copies import ARRAY_RECORD, Copy, find_copy
from aae_jax.data.unavailable import DatasetUnavailableError, UnusableCopyError

HOMES = {
    "mnist": "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "fashion_mnist": "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "kmnist": "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    "svhn_cropped": "http://ufldl.stanford.edu/housenumbers/",
    "cifar10": "https://www.cs.toronto.edu/~kriz/",
}
"""Where tensorflow-datasets downloads from, known before it is imported."""

_ELSEWHERE = (
    "Connect to the network, or name a folder that holds a prepared copy with "
    "--data-dir or AAE_DATA_DIR, or use --dataset digits, which needs no network."
)


def prepare(
    name: str, folder: Path, announce: Callable[[str], None], patience: float
) -> Copy:
    """Download dataset `name` and prepare an array_record copy in `folder`.

    tensorflow-datasets verifies the checksums. The copy appears by one rename when
    it is complete, so whatever interrupts this leaves nothing that looks prepared.

    Args:
      name: A key of `HOMES`.
      folder: The data folder, created if need be.
      announce: Takes each line for the user.
      patience: Seconds to wait for the first answer from the network.

    Raises:
      DatasetUnavailableError: No network, a failed download, a wrong checksum or
        a folder that cannot be written.
    """
    host = network.host(HOMES[name])
    if not network.answers(HOMES[name], patience):
        raise DatasetUnavailableError(
            f"there is no copy of {name} in {folder}, and {host} does not answer",
            _ELSEWHERE,
        )
    with _scratch_folder(name, folder) as scratch:
        announce(f"Downloading {name} from {host} to prepare it in {folder}.")
        _download_and_prepare(name, folder, scratch)
    copy = find_copy(name, folder)
    if copy is None:
        raise _failed(name, f"no copy has appeared in {folder / name}")
    return copy


@contextlib.contextmanager
def _scratch_folder(name: str, folder: Path) -> Iterator[Path]:
    """Give a folder for the downloads beside the copy, gone afterwards."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(prefix=".downloading-", dir=folder)
    except OSError as error:
        raise DatasetUnavailableError(
            f"{name} cannot be prepared in {folder}: {error.strerror}",
            "Name a folder that can be written with --data-dir or AAE_DATA_DIR, or "
            "use --dataset digits.",
        ) from error
    with scratch as path:
        yield Path(path)


def _download_and_prepare(name: str, folder: Path, scratch: Path) -> None:
    from aae_jax.data.builders import BUILDERS, NonMatchingChecksumError, quiet, tfds

    # Files already in `manual_dir` are verified and not downloaded again. The
    # downloader of tensorflow-datasets has no timeouts, and retries for minutes.
    config = tfds.download.DownloadConfig(
        manual_dir=scratch, force_checksums_validation=True
    )
    try:
        with quiet():
            builder = BUILDERS[name](data_dir=folder, file_format=ARRAY_RECORD)
            for url in builder.urls():
                network.fetch(url, scratch / builder.url_infos[url].filename)
            builder.download_and_prepare(download_dir=scratch, download_config=config)
    except NonMatchingChecksumError as error:
        raise _failed(name, "a downloaded file has a wrong checksum") from error
    except (OSError, ValueError) as error:
        if not _prepared_meanwhile(name, folder):
            raise _failed(name, str(error) or type(error).__name__) from error


def _prepared_meanwhile(name: str, folder: Path) -> bool:
    """Return whether another process was faster: then the last rename here fails."""
    try:
        return find_copy(name, folder) is not None
    except UnusableCopyError:
        return False


def _failed(name: str, problem: str) -> DatasetUnavailableError:
    host = network.host(HOMES[name])
    return DatasetUnavailableError(
        f"{name} could not be downloaded from {host} and prepared: {problem}",
        f"Try again later. {_ELSEWHERE}",
    )
