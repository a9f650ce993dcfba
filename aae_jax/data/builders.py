"""tensorflow-datasets' MNIST family, prepared without TensorFlow.

The builders of tensorflow-datasets need TensorFlow in three places: to unpack gzip,
to open the unpacked files and to encode PNG. These subclasses download without
unpacking, read IDX with NumPy and hand over encoded pictures. Name, version, keys,
features and checksums are the parents', so the copy on disk is the one that any
other installation of tensorflow-datasets would prepare and find.

Importing this module imports tensorflow-datasets.
"""

import contextlib
import io
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import tensorflow_datasets as tfds
from tensorflow_datasets.core import registered
from tensorflow_datasets.core.download.download_manager import NonMatchingChecksumError
from tensorflow_datasets.core.utils import tqdm_utils

from aae_jax.data.idx import png_file, read_idx

__all__ = ["BUILDERS", "NonMatchingChecksumError", "quiet", "tfds"]

_FILES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}
_SIDE = 28


class _WithoutTensorFlow:
    """The two steps of an MNIST builder that would call TensorFlow."""

    URL: str

    def __init_subclass__(cls) -> None:
        """Stay out of the registry of tensorflow-datasets: the parents are in it."""
        with registered.skip_registration():
            super().__init_subclass__()

    @classmethod
    def urls(cls) -> list[str]:
        """Return the addresses of the four files."""
        return [urljoin(cls.URL, file) for pair in _FILES.values() for file in pair]

    def _split_generators(self, dl_manager: Any) -> dict[str, Iterator[Any]]:
        paths = dl_manager.download({url: url for url in self.urls()})
        return {
            split: self._generate_examples(
                *(paths[urljoin(self.URL, file)] for file in pair)
            )
            for split, pair in _FILES.items()
        }

    def _generate_examples(self, image_path: Any, label_path: Any) -> Iterator[Any]:
        images = read_idx(image_path, (None, _SIDE, _SIDE))
        labels = read_idx(label_path, (len(images),))
        for key, (image, label) in enumerate(zip(images, labels, strict=True)):
            yield key, {"image": png_file(image), "label": int(label)}


class _MNIST(_WithoutTensorFlow, tfds.image_classification.MNIST):
    name = "mnist"
    url_infos = tfds.image_classification.MNIST.url_infos


class _FashionMNIST(_WithoutTensorFlow, tfds.image_classification.FashionMNIST):
    name = "fashion_mnist"
    url_infos = tfds.image_classification.FashionMNIST.url_infos


class _KMNIST(_WithoutTensorFlow, tfds.image_classification.KMNIST):
    name = "kmnist"
    url_infos = tfds.image_classification.KMNIST.url_infos


BUILDERS = {builder.name: builder for builder in (_MNIST, _FashionMNIST, _KMNIST)}


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep tensorflow-datasets from printing, drawing bars and advising."""
    logger, bars = logging.getLogger("absl"), tqdm_utils._active
    level = logger.level
    logger.setLevel(logging.ERROR)
    tfds.display_progress_bar(False)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        tfds.display_progress_bar(bars)
        logger.setLevel(level)
