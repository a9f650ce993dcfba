"""How to mend a user's arrays: Python that does it, between backticks.

Each remedy follows from what the arrays are. Run as it stands, with `np` and the arrays
of the file by their names, it gives the same pictures and classes as they should be.
"""

import difflib
from collections.abc import Mapping
from math import isqrt

import numpy as np

CHANNELS = (1, 3)
MIN_CONTRAST = 64
"""Of 255 tones, that images have if they use the range of uint8 at all."""

NUMBERED = "np.unique({}, return_inverse=True)[1]"
_ROUNDED = 1e-3
_LOOKED_AT = 1000


def reshaping(images: np.ndarray) -> str:
    """Return how images of a wrong shape are brought to [N, H, W] or [N, H, W, C]."""
    shape = images.shape
    if len(shape) == 2:
        return _unflattened(images)
    if len(shape) == 4 and shape[1] in CHANNELS:
        return "Move the channels to the end: `images = np.moveaxis(images, 1, -1)`"
    if len(shape) == 4 and shape[2] in CHANNELS:
        return "Move the examples to the front: `images = np.moveaxis(images, -1, 0)`"
    if len(shape) == 4 and shape[-1] in (2, 4):
        is_empty = images[..., :-1].min() == images[..., :-1].max()
        kept = "-1:" if is_empty else ":-1"
        return f"Keep the tones or the transparency: `images = images[..., {kept}]`"
    if len(shape) == 4:
        return "Make them gray: `images = images.mean(axis=-1)`"
    short = (*shape[:1], *(side for side in shape[1:] if side > 1))
    if len(shape) > 4 and (len(short) == 3 or (len(short) == 4 and short[-1] == 3)):
        return f"Leave out the axes of one: `images = images.reshape{short}`"
    return "Give one picture an example"


def _unflattened(images: np.ndarray) -> str:
    """Return how flat images [N, H * W * C] become pictures, guessed to be square."""
    length = images.shape[1]
    side = isqrt(length)
    if side * side == length:
        return f"Reshape them: `images = images.reshape(-1, {side}, {side})`"
    side = isqrt(length // 3)
    if 3 * side * side != length:
        return "Reshape them by images.reshape(-1, H, W) with their height and width"
    # Neighbors are alike: that tells whether the channels come first.
    planar, in_order = _unlikeness(images, 1, side), _unlikeness(images, 3, 3 * side)
    if planar < in_order:
        planes = f"images.reshape(-1, 3, {side}, {side})"
        return f"Reshape them: `images = np.moveaxis({planes}, 1, -1)`"
    return f"Reshape them: `images = images.reshape(-1, {side}, {side}, 3)`"


def _unlikeness(images: np.ndarray, *distances: int) -> float:
    """Return how far values so far from each other are apart, of flat images."""
    few = images[:_LOOKED_AT].astype(float)
    return sum(np.abs(few[:, n:] - few[:, :-n]).mean() for n in distances)


def toning(images: np.ndarray) -> str | None:
    """Return how images come to use 0 to 255 as uint8; None if they do."""
    kind, (low, high) = images.dtype.kind, _ends(images)
    if kind == "b":
        return "Scale them: `images = images.astype(np.uint8) * 255`"
    if kind not in "uif":
        return "Give numbers, from 0 (black) to 255 (white)"
    if not (np.isfinite(low) and np.isfinite(high)):
        return _finite(images)
    if low == high:
        return "Give images that differ from each other"
    if images.dtype == np.int8 and low < 0:
        return (
            "Bytes read with a sign are `images = images.view(np.uint8)`; otherwise "
            "add 128 to them as np.int16"
        )
    if low >= 0 and high <= 255 and high - low >= MIN_CONTRAST:
        rounded = "Convert them: `images = images.round().astype(np.uint8)`"
        return None if images.dtype == np.uint8 else rounded
    ends = "({:.9g}, {:.9g})".format(*_black_and_white(kind, low, high))
    stretched = f"np.interp(images, {ends}, (0, 255)).round().astype(np.uint8)"
    return f"Scale them: `images = {stretched}`"


def _ends(images: np.ndarray) -> tuple[float, float]:
    if images.dtype.kind not in "buif":
        return 0.0, 0.0
    return float(images.min()), float(images.max())


def _black_and_white(kind: str, low: float, high: float) -> tuple[float, float]:
    """Return the values that stand for black and white in images from low to high."""
    if kind == "f" and max(abs(low), abs(high)) <= 1 + _ROUNDED and high > 0.25:
        if low >= -_ROUNDED:
            return 0, 1
        if low < -0.25:
            return -1, 1
    return (0, high) if 0 <= low < 0.75 * high else (low, high)


def _finite(images: np.ndarray) -> str:
    axes = tuple(range(1, images.ndim))
    kept = np.isfinite(images).all(axis=axes)
    if 2 * kept.sum() < len(images):
        return "Make it 0: `images = np.where(np.isfinite(images), images, 0)`"
    return (
        f"Leave out those with holes: `kept = np.isfinite(images).all(axis={axes})`, "
        "`images = images[kept]`, and of labels, if there are any, "
        "`labels = labels[kept]`"
    )


def labeling(labels: np.ndarray, images: np.ndarray) -> str:
    """Return how labels of a wrong shape become one an image: [N]."""
    count = len(images)
    if labels.size == count:
        return "Leave out the other axes: `labels = labels.reshape(-1)`"
    if labels.ndim == 1 and images.ndim == 3 and images.shape[-1] == len(labels):
        return "Move the examples to the front: `images = np.moveaxis(images, -1, 0)`"
    if labels.ndim == 2 and len(labels) == count and labels.dtype.kind in "buif":
        one = labels.max()
        is_one_hot = np.isin(labels, (0, one)).all()
        if is_one_hot and np.isin(labels.sum(axis=1), (0, one)).all():
            found = "np.where(labels.any(axis=1), labels.argmax(axis=1), -1)"
            return f"Take the class from each row: `labels = {found}`"
        if labels.min() >= 0 and np.allclose(labels.sum(axis=1), 1):
            return "Take the likeliest: `labels = labels.argmax(axis=1)`"
    return "Give one label an image"


def converting(labels: np.ndarray) -> str:
    """Return how labels [N] of another type become integers."""
    if labels.dtype.kind != "f":
        return f"Number the classes: `labels = {NUMBERED.format('labels')}`"
    finite = np.isfinite(labels)
    whole = (labels[finite] == labels[finite].round()).all()
    kept = "labels" if finite.all() else "labels[kept]"
    code = f"`labels = {kept}.astype(int)`"
    if not whole:
        code = f"`labels = {NUMBERED.format(kept)}`"
    if finite.all():
        return f"Convert them: {code}"
    left = "`kept = np.isfinite(labels)`, `images = images[kept]`"
    return f"Leave out images without a label, or make it -1: {left}, {code}"


def numbering(labels: np.ndarray, least: int) -> str:
    """Return how integer labels [N] become 0 to K-1, each of at least so many images.

    A single negative value beside at least two classes is a label that is not known.
    """
    _, inverse, counts = np.unique(labels, return_inverse=True, return_counts=True)
    kept = counts[inverse] >= least
    if kept.all():
        return f"Renumber the classes: `labels = {_numbered(labels, 'labels')}`"
    if np.unique(labels[kept & (labels >= 0)]).size < 2:
        return f"Give every class at least {least}"
    return (
        f"Give every class at least {least}, or leave the small ones out: "
        "`_, index, counts = np.unique(labels, return_inverse=True, "
        f"return_counts=True)`, `kept = counts[index] >= {least}`, "
        "`images = images[kept]`, "
        f"`labels = {_numbered(labels[kept], 'labels[kept]')}`"
    )


def _numbered(labels: np.ndarray, name: str) -> str:
    negative, classes = np.unique(labels[labels < 0]), np.unique(labels[labels >= 0])
    unknown = negative.size == 1 and classes.size >= 2
    return NUMBERED.format(name) + (" - 1" if unknown else "")


def renaming(shapes: Mapping[str, tuple[int, ...]]) -> str | None:
    """Return how a file of other names is written again; None where that is unclear.

    Arrays of three or more axes are images. The labels of each are those as long whose
    name is most like its own; several are the splits of one set.
    """
    splits = [name for name, shape in shapes.items() if len(shape) >= 3]
    splits = ["images"] if "images" in splits else splits
    labels = {name: _labels_of(name, shapes) for name in splits}
    named = [name for name in labels.values() if name is not None]
    is_clear = len(set(named)) == len(splits) or len(splits) == 1
    if not is_clear or len({shapes[name][1:] for name in splits}) != 1:
        return None
    given = f"images={_joined(splits)}"
    if named:
        given += f", labels={_joined(named)}"
    return f"Write another file: `np.savez('mended.npz', {given})`"


def _labels_of(images: str, shapes: Mapping[str, tuple[int, ...]]) -> str | None:
    count = shapes[images][0]
    alike = [name for name, shape in shapes.items() if shape in ((count,), (count, 1))]
    likeness = {
        name: difflib.SequenceMatcher(a=name, b=images).ratio() for name in alike
    }
    return max(alike, key=likeness.__getitem__, default=None)


def _joined(names: list[str]) -> str:
    arrays = [f"stored[{name!r}]" for name in names]
    return arrays[0] if len(arrays) == 1 else f"np.concatenate([{', '.join(arrays)}])"
