"""The judge of a dataset: fitted once, then kept in the user's cache folder.

The cache is one .npz of float32 arrays without pickle. It is used only if it is whole
and was fitted on the same images by the same recipe.
"""

import contextlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jax
import numpy as np

from aae_jax.data import DatasetSplits, digest
from aae_jax.evaluation import classifier as recipe
from aae_jax.evaluation.classifier import Classifier, fit_classifier, init_params
from aae_jax.storage.arrays import DAMAGES, are_alike, by_name, read_arrays, tree_of
from aae_jax.storage.files import replace_arrays
from aae_jax.storage.folders import cache_folder

SETTINGS = (
    "CHANNELS",
    "NUM_FEATURES",
    "BATCH_SIZE",
    "NUM_EPOCHS",
    "MIN_STEPS",
    "LEARNING_RATE",
    "SEED",
)
"""The names in `classifier` that decide how a judge is fitted."""


def judge_of(
    splits: DatasetSplits, announce: Callable[[str], None] = print
) -> Classifier:
    """Return the judge of a dataset: from the cache if sound, else fitted.

    A cache that cannot be read or written is no error.

    Args:
      splits: The data; the judge is fitted on the train split alone.
      announce: Takes the one line that says that it is being fitted.
    """
    path = cache_path(splits)
    identity = _identity(splits)
    found = _load(path, identity, splits)
    if found is None:
        announce(
            f"fitting the classifier that judges {splits.name}, once: a minute or two "
            "for MNIST"
        )
        found = fit_classifier(splits.train, splits.num_classes)
        with contextlib.suppress(OSError):
            _save(path, identity, found)
    return found


def cache_path(splits: DatasetSplits) -> Path:
    """Return where the judge of this data is kept; other data, another name."""
    name = f"{splits.name}-{splits.fingerprint[:16]}.npz"
    return cache_folder() / "classifiers" / name


def _identity(splits: DatasetSplits) -> dict[str, Any]:
    """Return all that decides the weights, as JSON would give it back."""
    identity = {
        "fingerprint": splits.fingerprint,
        "image_shape": splits.image_shape,
        "num_classes": splits.num_classes,
        "recipe": {name: getattr(recipe, name) for name in SETTINGS},
    }
    return json.loads(json.dumps(identity))


def _load(
    path: Path, identity: dict[str, Any], splits: DatasetSplits
) -> Classifier | None:
    """Return the cached judge; None if it is missing, damaged or of something else."""
    try:
        arrays = read_arrays(path)
        record = json.loads(arrays.pop("record").item())
    except (*DAMAGES, LookupError, TypeError, AttributeError):
        return None
    expected = jax.eval_shape(
        lambda: init_params(splits.num_classes, splits.image_shape)
    )
    is_sound = record == _record(identity, arrays)
    if not (is_sound and are_alike(arrays, by_name(expected))):
        return None
    return Classifier(splits.num_classes, jax.device_put(tree_of(arrays)))


def _save(path: Path, identity: dict[str, Any], classifier: Classifier) -> None:
    arrays = by_name(jax.device_get(classifier.params))
    record = np.array(json.dumps(_record(identity, arrays)))
    replace_arrays(path, {"record": record, **arrays})


def _record(identity: dict[str, Any], arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a sound cache says of itself: what it is of, and its contents."""
    names = sorted(arrays)
    contents = digest(*(np.asarray(arrays[name]) for name in names))
    return {"identity": identity, "names": names, "sha256": contents}
