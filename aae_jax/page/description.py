"""What a page knows of a model: its networks, where styles lie, and words."""

from dataclasses import asdict
from typing import Any

import jax.numpy as jnp
import numpy as np

from aae_jax.core.abilities import Classifies
from aae_jax.core.codes import KnownCodes, code_gaussian
from aae_jax.core.config import Config
from aae_jax.core.painting import paint, paint_grid
from aae_jax.core.priors import Gaussian
from aae_jax.evaluation.directions import find_directions
from aae_jax.evaluation.metrics.choosing import evenly
from aae_jax.evaluation.metrics.handwriting import thickness
from aae_jax.page.networks import network, rounded, shown
from aae_jax.runs.origin import Origin

MEASURED = 200
"""Codes of which the clearest comes first; their strokes say how wide the pen is."""


def describe(
    config: Config, params: Any, codes: KnownCodes, origin: Origin
) -> dict[str, Any]:
    """Return what the page knows of a model, as JSON holds it."""
    names = origin.class_names
    classes = [*names, *map(str, range(len(names), config.num_classes))]
    weights = rounded(params)
    z, labels = codes
    # A style goes with any content: where none is known, with one after the other.
    labels = np.where(labels < 0, np.arange(len(labels)) % config.num_classes, labels)
    strokes = origin.framing.strokes and config.image_shape[-1] == 1
    directions = find_directions(config, params, z, labels, strokes)
    return {
        "image": config.image_shape,
        "classes": classes,
        **words_of(classes),
        "scale": config.scale,
        "temperature": config.temperature,
        "shown": shown(config, params),
        **{name: network(config, weights[name]) for name in weights},
        "reads": isinstance(config, Classifies),
        **styles_of(config, codes),
        "start": start_of(config, params, z),
        "directions": [
            {**one._asdict(), "vector": one.vector.tolist()} for one in directions
        ],
        "framing": {**asdict(origin.framing), "strokes": strokes},
        "pen": pen_of(config, params, z, labels) if strokes else 0,
    }


def words_of(classes: list[str]) -> dict[str, str]:
    """Return what the page calls its contents, all and one of them."""
    if not all(len(name) == 1 for name in classes):
        return {"noun": "classes", "one": "class"}
    if all(name.isdecimal() for name in classes):
        return {"noun": "digits", "one": "digit"}
    return {"noun": "characters", "one": "character"}


def styles_of(config: Config, codes: KnownCodes) -> dict[str, Any]:
    """Return where styles z / scale lie: the Gaussian of the prior, or of the codes.

    A root of its covariance [Z, Z], its mean [Z], and whether ways go along the arc.
    """
    if isinstance(getattr(config, "prior", None), Gaussian):
        Z = config.latent_dim
        found = {"mean": [0.0] * Z, "root": np.eye(Z).tolist()}
        return {"random": found, "arc": True}
    mean, covariance = code_gaussian(np.asarray(codes.z, np.float64) / config.scale)
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0))
    return {"random": {"mean": mean.tolist(), "root": root.tolist()}, "arc": False}


def start_of(config: Config, params: Any, z: np.ndarray) -> list[float]:
    """Return the style to begin with: the clearest of the common half of z [N, Z].

    It has the least gray for the edges of its ink, over all contents.
    """
    some = z[evenly(len(z), MEASURED)]
    contents = jnp.arange(config.num_classes)
    images = np.asarray(paint_grid(config, params, some, contents))
    grays = (images * (1 - images)).sum(axis=(1, 2, 3, 4))
    steps = (np.abs(np.diff(images, axis=axis)) for axis in (2, 3))
    edges = sum(step.sum(axis=(1, 2, 3, 4)) for step in steps)
    far = np.linalg.norm(some - some.mean(axis=0), axis=1)
    doubt = np.where(far <= np.median(far), grays / edges, np.inf)
    return (some[doubt.argmin()] / config.scale).tolist()


def pen_of(config: Config, params: Any, z: np.ndarray, labels: np.ndarray) -> float:
    """Return how wide strokes are that the model paints, in pixels."""
    some = evenly(len(z), MEASURED)
    painted = paint(config, params, z[some], labels[some])
    return float(np.median(thickness(np.asarray(painted))))
