"""The files of SVHN and CIFAR-10: 32 x 32 pictures in color."""

import tarfile
import zlib
from os import PathLike
from pathlib import Path

import numpy as np

_SHAPE = (32, 32, 3)
_FOLDER = "cifar-10-batches-bin/"
_BATCHES = {
    "train": [f"data_batch_{number}.bin" for number in range(1, 6)],
    "test": ["test_batch.bin"],
}


def read_svhn(path: str | PathLike[str]) -> tuple[np.ndarray, list[int]]:
    """Read a MATLAB file of SVHN: images [N, 32, 32, 3] uint8, labels 0 to 9.

    Raises:
      ValueError: It is no such file, or is damaged.
    """
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    name = Path(path).name
    try:
        content = loadmat(path, variable_names=("X", "y"))
        images, labels = np.moveaxis(content["X"], -1, 0), content["y"].ravel()
    except (MatReadError, OSError, ValueError, LookupError, TypeError) as error:
        raise ValueError(f"{name} is not an intact file of SVHN ({error})") from error
    if images.shape != (len(labels), *_SHAPE) or images.dtype != np.uint8:
        raise ValueError(
            f"{name} holds {len(labels)} labels and images {images.dtype} of shape "
            f"{images.shape}"
        )
    # SVHN calls the digit 0 class 10.
    return images, (labels.astype(int) % 10).tolist()


def read_cifar10(
    path: str | PathLike[str], split: str
) -> tuple[np.ndarray, list[int], list[str]]:
    """Read a split of CIFAR-10 from its archive, which is not unpacked.

    Returns:
      Images [N, 32, 32, 3] uint8, labels, and the names of the classes.

    Raises:
      ValueError: It is no such archive, or is damaged.
    """
    name = Path(path).name
    try:
        with tarfile.open(path, "r:gz") as archive:
            records = b"".join(_member(archive, file) for file in _BATCHES[split])
            names = _member(archive, "batches.meta.txt").decode().split()
    except (tarfile.TarError, KeyError, EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{name} is not an intact archive ({error})") from error
    length = 1 + int(np.prod(_SHAPE))
    if len(records) % length:
        raise ValueError(f"{name} holds {len(records)} bytes, not records of {length}")
    rows = np.frombuffer(records, np.uint8).reshape(-1, length)
    images = rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return images, rows[:, 0].astype(int).tolist(), names


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(_FOLDER + name)
    if file is None:
        raise KeyError(f"{name} is no file")
    with file:
        return file.read()
