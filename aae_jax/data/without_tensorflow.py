"""What builders of tensorflow-datasets need so as to prepare without TensorFlow.

The builders of tensorflow-datasets need TensorFlow to unpack, to open files and to
encode PNG. Subclasses that mix this in download without unpacking, read the files by
themselves and hand over encoded pictures. Name, version, keys, features and checksums
are the parents', so the copy on disk is the one that any other installation of
tensorflow-datasets would prepare and find.

Importing this module imports tensorflow-datasets.
"""

import contextlib
import io
import logging
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin

import tensorflow_datasets as tfds
from tensorflow_datasets.core import registered
from tensorflow_datasets.core.utils import tqdm_utils


class WithoutTensorFlow:
    """The steps of a builder that would call TensorFlow.

    A subclass generates its examples from the split and the downloaded files.

    Attributes:
      URL: Where the files are.
      FILES: Their names, of each split.
    """

    URL: str
    FILES: ClassVar[dict[str, tuple[str, ...]]]

    def __init_subclass__(cls) -> None:
        """Stay out of the registry of tensorflow-datasets: the parents are in it."""
        with registered.skip_registration():
            super().__init_subclass__()

    @classmethod
    def urls(cls) -> list[str]:
        """Return the addresses of the files."""
        files = dict.fromkeys(file for own in cls.FILES.values() for file in own)
        return [urljoin(cls.URL, file) for file in files]

    def _split_generators(self, dl_manager: Any) -> dict[str, Iterator[Any]]:
        paths = dl_manager.download({url: url for url in self.urls()})
        return {
            split: self._generate_examples(
                split, *(paths[urljoin(self.URL, file)] for file in files)
            )
            for split, files in self.FILES.items()
        }

    def _generate_examples(self, split: str, *paths: Any) -> Iterator[Any]:
        raise NotImplementedError


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
