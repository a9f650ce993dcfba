"""The connected parts of ink: which are strokes of one figure, which lie beside it."""

from typing import Any

import numpy as np
import scipy  # whose ndimage loads when it is first used

from aae_jax.errors import DataError

ANYWHERE = np.ones((3, 3), bool)
"""Neighbors on all sides and corners."""

_SPECK = 0.02
"""Share of the largest part's mass below which another part is dirt."""

_THICKEST = 0.5
"""Most that strokes may be thick, as a share of the longer side of their part."""

_SLIMMEST = 0.15
"""Most that a straight line may be wide, as a share of its length."""

_TIGHT = 0.6
"""Share of a picture's height that ink must span to be cropped close to its edges."""

_ALIKE = 0.4
"""Share of the figure's longer side from which another part is a figure as well."""


def parts_of(mask: np.ndarray, contrast: np.ndarray) -> list[Any]:
    """Return the parts of a mask [H, W] bool, as scikit-image describes them.

    Tiny ones are left out.
    """
    from skimage.measure import label, regionprops

    parts = regionprops(label(mask, connectivity=2), contrast)
    most = max((mass(part) for part in parts), default=0)
    return [part for part in parts if mass(part) > _SPECK * most]


def mass(part: Any) -> float:
    """Return the sum of the contrast of a part."""
    return float(part.intensity_mean * part.area)


def thickness(part: Any) -> float:
    """Return the diameter of the largest disc that fits in a part, in pixels."""
    inside = scipy.ndimage.distance_transform_edt(np.pad(part.image, 1))
    return 2 * float(inside.max()) - 1


def longer(part: Any) -> int:
    """Return the longer side of the box of a part, in pixels."""
    return max(part.image.shape)


def is_blot(part: Any) -> bool:
    """Return whether a part is too thick for its size to be strokes."""
    return thickness(part) > _THICKEST * longer(part) + 1


def is_remnant(part: Any, steps: np.ndarray) -> bool:
    """Return whether a part is what the ground left over of a dark area.

    It is if the ground has a step all along its side: a stroke has ground around it.

    Args:
      part: A part of the ink.
      steps: [H, W], how far the ground rises or falls near each pixel.
    """
    image = np.pad(part.image, 2)
    ring = scipy.ndimage.binary_dilation(image, iterations=2) & ~image
    place = tuple(slice(max(s.start - 2, 0), s.stop + 2) for s in part.slice)
    offset = [min(s.start, 2) - 2 for s in part.slice]
    near = steps[place]
    ring = ring[-offset[0] :, -offset[1] :][: near.shape[0], : near.shape[1]]
    return bool((near[ring] > 0.5 * part.intensity_mean).mean() > 0.2)


def is_level_line(part: Any) -> bool:
    """Return whether a part is a straight line, level within 25 degrees."""
    slim = part.axis_minor_length < _SLIMMEST * part.axis_major_length
    return slim and abs(np.sin(part.orientation)) > np.cos(np.deg2rad(25))


def is_cut_off(part: Any, outside: np.ndarray, tight: bool) -> bool:
    """Return whether a part touches the `outside` [H, W] bool of a picture.

    In a tight picture, ink that spans most of it was cropped close and is whole.
    """
    touches = bool(outside[part.slice][part.image].any())
    if not (touches and tight):
        return touches
    spans = part.image.shape[0] / outside.shape[0]
    return spans < _TIGHT or _contact(part, outside.shape) > 0.35


def _contact(part: Any, shape: tuple[int, ...]) -> float:
    """Return the share of the picture's edge that a part covers."""
    whole = np.zeros(shape, bool)
    whole[part.slice] = part.image
    sides = np.concatenate([whole[0], whole[-1], whole[:, 0], whole[:, -1]])
    return float(sides.mean())


def encloses(outer: Any, inner: Any) -> bool:
    """Return whether a part is a frame around another: a form's box, a cup's ring."""
    shift = np.array(inner.bbox[:2]) - outer.bbox[:2]
    place = tuple(
        slice(s, s + n) for s, n in zip(shift, inner.image.shape, strict=True)
    )
    if min(shift) < 0 or longer(inner) < 0.3 * longer(outer):
        return False
    inside = outer.image_filled[place]
    return inside.shape == inner.image.shape and bool(inside[inner.image].mean() > 0.9)


def figure_among(parts: list[Any]) -> list[Any]:
    """Return the parts of the one figure: the largest and what is near it.

    Raises:
      DataError: There are several.
    """
    parts = [p for p in parts if not any(encloses(p, o) for o in parts if o is not p)]
    main = max(parts, key=lambda part: (not is_level_line(part), mass(part)))
    figure, rest = [main], [part for part in parts if part is not main]
    pen = thickness(main)
    grown = True
    while grown:
        near = [p for p in rest if any(belongs(p, part, pen) for part in figure)]
        rest = [p for p in rest if p not in near]
        figure, grown = figure + near, bool(near)
    others = [
        part
        for part in rest
        if longer(part) > _ALIKE * longer(main)
        and thickness(part) > _ALIKE * pen - 1
        and not is_level_line(part)
    ]
    if others:
        raise DataError(
            "the picture shows several figures, or something as large "
            "beside the figure: crop it around one"
        )
    return figure


def belongs(part: Any, other: Any, pen: float) -> bool:
    """Return whether a part is so near another that the pen just left the paper."""
    if is_level_line(part) and part.image.shape[1] > 1.1 * other.image.shape[1]:
        return False
    if not 0.4 * pen - 1 < thickness(part) < 1.5 * pen + 1 or _is_beside(part, other):
        return False
    nearest = scipy.spatial.KDTree(part.coords).query(other.coords)[0].min()
    return bool(nearest <= 1.2 * pen + 1)


def _is_beside(part: Any, other: Any) -> bool:
    """Return whether two parts stand side by side, of about one height."""
    (_, left, _, right), (_, start, _, stop) = part.bbox, other.bbox
    overlap = min(right, stop) - max(left, start)
    narrower = min(right - left, stop - start)
    heights = sorted([part.image.shape[0], other.image.shape[0]])
    return overlap < 0.3 * narrower and heights[0] > 0.6 * heights[1]
