"""The pictures of a model, each drawn as its type says."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from aae_jax.core.pictures import (
    ClusterGrid,
    Codes,
    Paths,
    Picture,
    Plane,
    PlaneMap,
    Reconstructions,
    Samples,
    StyleGrid,
)
from aae_jax.plotting.grids import image_grid, reconstruction_figure
from aae_jax.plotting.looks import with_note
from aae_jax.plotting.plane import plane_figure
from aae_jax.plotting.training import posterior_figure


def figure_of(picture: Picture, *, title: str, class_names: Sequence[str]) -> Figure:
    """Draw one of `core.pictures`.

    Args:
      picture: Its type says what kind of figure it is for.
      title: Whose picture it is, as in "60 epochs, seed 0"; what is seen stands before.
      class_names: What the K contents are called.
    """
    return _FIGURES[type(picture)](picture, title, class_names)


def _style_grid(picture: StyleGrid, note: str, names: Sequence[str]) -> Figure:
    images = np.asarray(picture.images)
    drawn, known = images.shape[1], len(names)
    which = f", of the first {drawn} of {known:,} contents" if drawn < known else ""
    title = with_note(f"each row is one style{which}", note)
    return image_grid(images, title=title, columns=names[:drawn])


def _samples(picture: Samples, note: str, names: Sequence[str]) -> Figure:
    title = with_note("each image is a random code", note)
    return image_grid(np.asarray(picture.images), title=title)


def _clusters(picture: ClusterGrid, note: str, names: Sequence[str]) -> Figure:
    title = with_note("each row is a cluster: its head, its likeliest images", note)
    images = np.asarray(picture.images)
    columns = ["head", *("" for _ in range(images.shape[1] - 1))]
    return image_grid(images, title=title, columns=columns)


def _reconstructions(
    picture: Reconstructions, note: str, names: Sequence[str]
) -> Figure:
    images, painted = map(np.asarray, (picture.images, picture.reconstructions))
    return reconstruction_figure(images, painted, float(picture.error), note=note)


def _codes(picture: Codes, note: str, names: Sequence[str]) -> Figure:
    prior = None if picture.prior is None else np.asarray(picture.prior)
    return posterior_figure(np.asarray(picture.codes), prior, note=note)


def _plane(picture: Plane, note: str, names: Sequence[str]) -> Figure:
    prior = None if picture.prior is None else np.asarray(picture.prior)
    codes, labels = np.asarray(picture.codes), np.asarray(picture.labels)
    return plane_figure(codes, labels, prior, names, note=note)


def _map(picture: PlaneMap, note: str, names: Sequence[str]) -> Figure:
    seen = f"decoded codes from -{picture.reach:.1f} to {picture.reach:.1f}"
    return image_grid(np.asarray(picture.images), title=with_note(seen, note))


def _paths(picture: Paths, note: str, names: Sequence[str]) -> Figure:
    title = with_note("each row goes along one component of the prior", note)
    images = np.asarray(picture.images)
    numbers = [str(number) for number in range(len(images))]
    return image_grid(images, title=title, rows=numbers)


_FIGURES: dict[type, Callable[[Any, str, Sequence[str]], Figure]] = {
    StyleGrid: _style_grid,
    Samples: _samples,
    ClusterGrid: _clusters,
    Reconstructions: _reconstructions,
    Codes: _codes,
    Plane: _plane,
    PlaneMap: _map,
    Paths: _paths,
}
