"""Download a dataset of tensorflow-datasets and prepare a copy of it."""

import contextlib
import shutil
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
      folder: The data folder, created if need be; files in its downloads/NAME are
        not downloaded.
      announce: Takes each line for the user.
      patience: Seconds to wait for the first answer from the network.

    Raises:
      DatasetUnavailableError: No network, a failed download, a wrong checksum or
        a folder that cannot be written.
    """
    at_hand = folder / "downloads" / name
    problem = None if at_hand.is_dir() else network.silence(HOMES[name], patience)
    if problem is not None:
        raise DatasetUnavailableError(
            f"there is no copy of {name} in {folder}, and {problem}",
            f"{_ELSEWHERE} Or put the files of {HOMES[name]} into {at_hand}.",
        )
    with _scratch_folder(name, folder) as scratch:
        source = at_hand if at_hand.is_dir() else network.host(HOMES[name])
        announce(f"Downloading {name} from {source} to prepare it in {folder}.")
        _download_and_prepare(name, folder, at_hand, scratch)
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


def _download_and_prepare(
    name: str, folder: Path, at_hand: Path, scratch: Path
) -> None:
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
                file = builder.url_infos[url].filename
                if (at_hand / file).is_file():
                    shutil.copyfile(at_hand / file, scratch / file)
                else:
                    network.fetch(url, scratch / file)
            builder.download_and_prepare(download_dir=scratch, download_config=config)
    except NonMatchingChecksumError as error:
        raise _failed(name, "a downloaded file has a wrong checksum") from error
    except (OSError, ValueError) as error:
        if not _prepared_meanwhile(name, folder):
            raise _failed(name, network.reason(error)) from error


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
