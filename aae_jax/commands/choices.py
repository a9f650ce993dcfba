"""What `sample` can draw: each choice a function from a trained model to a sample."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from aae_jax.algorithms.sampling import classify, encode, interpolate
from aae_jax.commands.contents import content_names, parse_labels
from aae_jax.commands.sample_request import SampleRequest
from aae_jax.core.abilities import Classifies, DecodesLabels
from aae_jax.core.codes import KnownCodes, code_gaussian, sample_styles
from aae_jax.core.config import Config
from aae_jax.core.painting import MAX_CONTENTS, paint_grid
from aae_jax.core.plane import has_map, map_codes, paint_places, reach_of
from aae_jax.errors import ConfigError
from aae_jax.imaging import preparation_steps, read_picture
from aae_jax.runs.folder import SAMPLES
from aae_jax.runs.origin import Origin

MAX_IMAGES = 20_000
"""Painted at once."""

NUM_COLUMNS = 10
"""Of a grid of samples where the decoder is told no label."""

NUM_REACH = 10_000
"""Random codes that say how far a map reaches."""

UNASKED = (None, False)
ALL = np.zeros(1, np.int32)
"""The one content of a decoder that is told no label."""


class Trained(NamedTuple):
    """A trained model, as sampling needs it; its pictures go to `path`.

    `codes` are those of some training images; None where nothing that is asked for
    needs them.
    """

    path: Path
    config: Config
    params: dict[str, Any]
    origin: Origin
    codes: KnownCodes | None


class Sample(NamedTuple):
    """Images [S, L, H, W, C] of every content `labels` [L] in every style `z` [S, Z].

    `columns` are the names of the contents, none where the decoder is told no label;
    `steps` are how the picture was prepared whose style this is, where there was one:
    the last is it as an image [H, W, C]; `said` is what was read of it; `is_walk` where
    styles are the steps of one way.
    """

    name: str
    images: np.ndarray
    z: np.ndarray
    labels: np.ndarray
    columns: Sequence[str]
    steps: Mapping[str, np.ndarray] | None = None
    said: str = ""
    is_walk: bool = False


Choice = Callable[[Trained, SampleRequest], Sample]


def needs_random_styles(asked: SampleRequest) -> bool:
    """Return whether a choice needs styles beside that of a picture."""
    return bool({*chosen(asked)} - {sample_restyled})


def chosen(asked: SampleRequest) -> list[Choice]:
    """Return the choices asked for; without any, and without a page, random styles."""
    found = [choice for name, choice in CHOICES if getattr(asked, name) not in UNASKED]
    return found if found or asked.page is not None else [sample_random]


def chosen_of(trained: Trained, asked: SampleRequest) -> list[Choice]:
    """Return the choices that were asked for; where there is a map, it is drawn too."""
    choices = chosen(asked)
    maps = choices == [sample_random] and has_map(trained.config)
    return [*choices, sample_map] if maps else choices


def sample_random(trained: Trained, asked: SampleRequest) -> Sample:
    """Every content in random styles; without labels, rows of random codes."""
    if isinstance(trained.config, DecodesLabels):
        z = random_styles(trained, asked, asked.num_styles)
        return painted(trained, f"style_grid-{variant(asked)}", z, contents(trained))
    z = random_styles(trained, asked, asked.num_styles * NUM_COLUMNS)
    sample = painted(trained, f"samples-{variant(asked)}", z, ALL)
    shape = (asked.num_styles, NUM_COLUMNS, *trained.config.image_shape)
    return sample._replace(images=sample.images.reshape(shape))


def sample_map(trained: Trained, asked: SampleRequest) -> Sample:
    """What is decoded all over the plane, as far as random codes reach."""
    z = map_codes(reach_of(random_styles(trained, asked, NUM_REACH)))
    images = jax.jit(partial(paint_places, trained.config))(trained.params, z)
    codes = np.asarray(z).reshape(-1, 2)
    return Sample(f"map-seed{asked.seed}", np.asarray(images), codes, ALL, [])


def sample_contents(trained: Trained, asked: SampleRequest) -> Sample:
    """The chosen contents in random styles."""
    labels = chosen_labels("--digits", asked.digits, trained)
    z = random_styles(trained, asked, asked.num_styles)
    name = f"digits-{'-'.join(map(str, labels))}-{variant(asked)}"
    return painted(trained, name, z, labels)


def sample_number(trained: Trained, asked: SampleRequest) -> Sample:
    """A number, each line in one hand."""
    labels = chosen_labels("--write", asked.write, trained)
    z = random_styles(trained, asked, asked.num_styles)
    joined = ("" if labels.max() < 10 else "-").join(map(str, labels))
    return painted(trained, f"write-{joined}-{variant(asked)}", z, labels)


def sample_interpolation(trained: Trained, asked: SampleRequest) -> Sample:
    """Every content on the way from one random style to another."""
    start, end = random_styles(trained, asked, 2)
    z = interpolate(trained.config, start, end, asked.num_styles)
    name = f"interpolation-{variant(asked)}"
    return painted(trained, name, z, contents(trained))._replace(is_walk=True)


def sample_restyled(trained: Trained, asked: SampleRequest) -> Sample:
    """Every content in the style of the user's picture, which comes first."""
    assert asked.image is not None
    config = trained.config
    picture = read_picture(asked.image, channels=config.image_shape[-1])
    steps = preparation_steps(picture, trained.origin.framing, config.image_shape)
    prepared = steps["prepared"]
    z = encode(config, trained.params, prepared[None])
    name = free_name(trained.path / SAMPLES, f"restyle-{asked.image.stem}")
    sample = painted(trained, name, z, contents(trained))
    return sample._replace(steps=steps, said=what_is_read(trained, prepared))


def free_name(folder: Path, name: str) -> str:
    """Return a name that no picture in a folder has: its own, or a number after it."""
    numbered = (f"{name}-{number}" for number in count(2))
    return next(
        free
        for free in chain([name], numbered)
        if not (folder / f"{free}.png").exists()
    )


def what_is_read(trained: Trained, image: np.ndarray) -> str:
    """Return the class of an image [H, W, C] in words, if the algorithm reads any."""
    if not isinstance(trained.config, Classifies):
        return ""
    logits = classify(trained.config, trained.params, image[None])
    (probabilities,) = np.asarray(jax.nn.softmax(logits))
    best = int(probabilities.argmax())
    name = names_of(trained)[best]
    return f"reads {name}, with probability {probabilities[best]:.3f}"


CHOICES: tuple[tuple[str, Choice], ...] = (
    ("digits", sample_contents),
    ("write", sample_number),
    ("interpolate", sample_interpolation),
    ("image", sample_restyled),
)


def variant(asked: SampleRequest) -> str:
    """Return the part of a name that tells these random styles from others."""
    return f"{asked.num_styles}-seed{asked.seed}"


def contents(trained: Trained) -> np.ndarray:
    """Return all contents [L] that the decoder can be told, of many the first."""
    if not isinstance(trained.config, DecodesLabels):
        return ALL
    known = trained.config.num_classes
    if known > MAX_CONTENTS:
        print(f"the first {MAX_CONTENTS} of {known:,} contents; others by --digits")
    return np.arange(min(known, MAX_CONTENTS), dtype=np.int32)


def random_styles(trained: Trained, asked: SampleRequest, count: int) -> jax.Array:
    """Draw styles [count, Z] from the prior, or from where codes lie without one."""
    key = jax.random.key(asked.seed)
    found = None if trained.codes is None else code_gaussian(trained.codes.z)
    return sample_styles(trained.config, key, count, found)


def painted(trained: Trained, name: str, z: jax.Array, labels: np.ndarray) -> Sample:
    """Paint every content in every style.

    Raises:
      ConfigError: They are more images than fit into memory for sure.
    """
    config = trained.config
    if len(z) * len(labels) > MAX_IMAGES:
        raise ConfigError(
            f"{len(z):,} styles of {len(labels):,} contents are more than "
            f"{MAX_IMAGES:,} images: choose --num-styles {MAX_IMAGES // len(labels)} "
            "or less, or fewer contents by --digits"
        )
    images = jax.jit(partial(paint_grid, config))(trained.params, z, labels)
    told = isinstance(config, DecodesLabels)
    names = names_of(trained)
    columns = [names[label] for label in labels] if told else []
    return Sample(name, np.asarray(images), np.asarray(z), labels, columns)


def names_of(trained: Trained) -> list[str]:
    """Return what the contents are called: [K]."""
    return content_names(trained.origin.class_names, trained.config.num_classes)


def chosen_labels(flag: str, given: str | None, trained: Trained) -> np.ndarray:
    """Read the contents that a flag names: int labels [L]."""
    return parse_labels(flag, given or "", trained.config, trained.origin.class_names)
