"""Find and read copies of datasets that tensorflow-datasets prepared."""

import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from aae_jax.data.splits import Dataset
from aae_jax.data.unavailable import UnusableCopyError

ARRAY_RECORD = "array_record"


@dataclass(frozen=True)
class Copy:
    """A prepared dataset on disk.

    Attributes:
      name: The dataset's name.
      path: FOLDER/name/version.
      file_format: What tensorflow-datasets calls the format of its records.
      files: Name, size in bytes and time of change (ns) of everything in it.
    """

    name: str
    path: Path
    file_format: str
    files: tuple[tuple[str, int, int], ...]

    @property
    def source(self) -> str:
        """Its origin, in words."""
        return f"{self.name} {self.path.name} ({self.file_format}) in {self.path}"


class Decoded(NamedTuple):
    """The whole content of a prepared dataset."""

    train: Dataset
    test: Dataset
    class_names: tuple[str, ...]


def find_copy(name: str, folder: Path) -> Copy | None:
    """Return the newest version of a dataset in `folder`, None where there is none.

    Raises:
      UnusableCopyError: It is unfinished, unreadable, or in a format that only an
        absent TensorFlow could read.
    """
    path = _newest_version(folder / name)
    if path is None:
        return None
    try:
        formats, files = _file_formats(path), _files(path)
    except (OSError, ValueError, AttributeError) as error:
        raise _unusable(path, error) from error
    if ARRAY_RECORD in formats:
        return Copy(name, path, ARRAY_RECORD, files)
    if importlib.util.find_spec("tensorflow") is None:
        raise UnusableCopyError(
            f"the copy of {name} in {path} is in the format {formats[0]}, which "
            "cannot be read without TensorFlow",
            f"Install TensorFlow, or name a folder for an {ARRAY_RECORD} copy "
            "with --data-dir or AAE_DATA_DIR, or use --dataset digits.",
        )
    return Copy(name, path, formats[0], files)


def _newest_version(folder: Path) -> Path | None:
    try:
        paths = list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unusable(folder, error) from error
    versions = [path for path in paths if re.fullmatch(r"\d+\.\d+\.\d+", path.name)]
    return max(versions, key=lambda path: _numbers(path.name), default=None)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _file_formats(path: Path) -> list[str]:
    """Return the formats of the records in a version's folder, the main one first."""
    info = json.loads((path / "dataset_info.json").read_text(encoding="utf-8"))
    main = info.get("fileFormat", "tfrecord")
    return [main, *info.get("alternativeFileFormats", [])]


def _files(path: Path) -> tuple[tuple[str, int, int], ...]:
    stats = sorted((file.name, file.stat()) for file in path.iterdir())
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def read_copy(copy: Copy) -> Decoded:
    """Decode every image and label of a copy.

    The order is that of the records: tensorflow-datasets shuffles by a hash of the
    key when it writes, the same way everywhere.

    Raises:
      UnusableCopyError: The files are damaged or hold something else.
    """
    from aae_jax.data.builders import quiet, tfds

    read = _read_array_record if copy.file_format == ARRAY_RECORD else _read_tensorflow
    try:
        with quiet():
            _check_features(copy.path)
            builder = tfds.builder_from_directory(copy.path)
            names = tuple(builder.info.features["label"].names)
            train, test = (read(builder, split) for split in ("train", "test"))
    except MemoryError:
        raise
    # A damaged file can raise anything else: the readers check different things first.
    except Exception as error:
        raise _unusable(copy.path, error) from error
    return Decoded(train, test, names)


def _check_features(path: Path) -> None:
    """Refuse a description that names other code than that of tensorflow-datasets.

    It would be imported by that name.

    Raises:
      ValueError: It does.
    """
    described = json.loads((path / "features.json").read_text(encoding="utf-8"))
    for text in _texts(described):
        if ("." in text and not text.startswith("tensorflow_datasets.")) or "{" in text:
            raise ValueError(f"its features.json names {text[:80]!r}")


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a JSON value, but for names of fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _read_array_record(builder: Any, split: str) -> Dataset:
    source = builder.as_data_source(split, file_format=ARRAY_RECORD)
    # All records by one request: asking for them one by one takes twice as long.
    examples = source.__getitems__(range(len(source)))
    images = np.stack([example["image"] for example in examples])
    return Dataset(images, np.array([example["label"] for example in examples], "i4"))


def _read_tensorflow(builder: Any, split: str) -> Dataset:
    from aae_jax.data.builders import tfds

    in_order = tfds.ReadConfig(interleave_cycle_length=1)
    tensors = builder.as_dataset(split=split, batch_size=-1, read_config=in_order)
    arrays = tfds.as_numpy(tensors)
    return Dataset(arrays["image"], arrays["label"].astype(np.int32))


def _unusable(path: Path, error: Exception) -> UnusableCopyError:
    problem = str(error).partition("\n")[0] or type(error).__name__
    return UnusableCopyError(
        f"the copy in {path} cannot be read ({problem})",
        "If it is unfinished or damaged, move that folder aside; or name another "
        "with --data-dir or AAE_DATA_DIR; or use --dataset digits.",
    )
