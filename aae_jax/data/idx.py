"""The IDX format of MNIST and its relatives, and PNG, the format tfds stores."""

import gzip
import io
import struct
import zlib
from os import PathLike
from pathlib import Path

import numpy as np

_UNSIGNED_BYTE = 0x08


def read_idx(path: str | PathLike[str], shape: tuple[int | None, ...]) -> np.ndarray:
    """Read a gzipped IDX file of unsigned bytes.

    Args:
      path: The .gz file.
      shape: The shape that the file must have; None where any size will do.

    Raises:
      ValueError: It is no such file, is cut short, or has another shape.
    """
    name = Path(path).name
    try:
        content = gzip.decompress(Path(path).read_bytes())
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{name} is not an intact gzip file ({error})") from error
    found = _header(name, content, rank=len(shape))
    wanted = tuple(f if w is None else w for f, w in zip(found, shape, strict=True))
    if found != wanted:
        raise ValueError(f"{name} holds an array of shape {found}, not {wanted}")
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * len(shape))
    if values.size != np.prod(found):
        raise ValueError(f"{name} holds {values.size} bytes, not {np.prod(found)}")
    return values.reshape(found)


def _header(name: str, content: bytes, rank: int) -> tuple[int, ...]:
    """Check the magic number (two zeros, type, rank) and return the sizes."""
    if len(content) < 4 + 4 * rank:
        raise ValueError(f"{name} is too short for an IDX file")
    magic, *sizes = struct.unpack_from(f">{1 + rank}I", content)
    if magic != (expected := _UNSIGNED_BYTE << 8 | rank):
        raise ValueError(
            f"{name} starts with 0x{magic:08x}, not with the 0x{expected:08x} of "
            f"unsigned bytes in {rank} dimension(s)"
        )
    return tuple(sizes)


def png_file(image: np.ndarray) -> io.BytesIO:
    """Encode one image [H, W] uint8 as a PNG file object at its start."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(image).save(file, format="png")
    file.seek(0)
    return file
