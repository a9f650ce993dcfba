"""A checkpoint that is not whole: noticed, told, and set aside."""

import itertools
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np

from aae_jax.errors import DamageError
from aae_jax.runs.folder import CHECKPOINTS


def checksums(tree: Any) -> list[int]:
    """Return the CRC-32 of the bytes of every array of a tree, in its order."""
    leaves = jax.tree.leaves(tree)
    # Without a copy: what reads them is no slower than memory.
    return [
        zlib.crc32(np.ascontiguousarray(leaf).view(np.uint8).data) for leaf in leaves
    ]


def check_whole(items: Mapping[str, Any], saved: Mapping[str, Sequence[int]]) -> None:
    """Check arrays that were restored against the checksums saved with them, by item.

    Raises:
      ValueError: One is not what was saved; names it.
      KeyError: There are no checksums of an item.
    """
    for name, item in items.items():
        leaves, _ = jax.tree_util.tree_flatten_with_path(item)
        found = zip(leaves, checksums(item), saved[name], strict=True)
        for (place, _), now, then in found:
            if now != then:
                array = f"{name}{jax.tree_util.keystr(place)}"
                raise ValueError(f"the array {array} is not what was saved")


def damaged(run: Path, epoch: int, error: BaseException) -> DamageError:
    """Return the error of a checkpoint that cannot be read, with what helps."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
    folder, aside = run / CHECKPOINTS / str(epoch), run / f"damaged-{epoch}"
    return DamageError(
        f"checkpoint {epoch} of {run} cannot be read ({reason})",
        folder,
        f": if its files are damaged, move {str(folder)!r} aside, as to "
        f"{str(aside)!r}, to go back to the checkpoint before it, or to the start",
    )


def set_aside(error: DamageError) -> None:
    """Move a damaged checkpoint out of the checkpoints of its run, and say so."""
    folder = error.path
    run, epoch = folder.parent.parent, folder.name
    numbered = (run / f"damaged-{epoch}-{count}" for count in itertools.count(2))
    names = itertools.chain([run / f"damaged-{epoch}"], numbered)
    aside = next(path for path in names if not path.exists())
    folder.rename(aside)
    now = f"it lies in {aside} now, and the checkpoint before it is used"
    print(f"{error.found}: {now}")
