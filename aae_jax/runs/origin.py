"""What a run came from."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from aae_jax.data import DatasetSplits, data_folder
from aae_jax.imaging import Framing, framing_for
from aae_jax.storage.containment import is_one_line

MAX_PIXELS = 10_000
"""Of a length or place in a saved framing."""


@dataclasses.dataclass(frozen=True)
class Origin:
    """What a run came from: recipe and dataset, as far as anyone needs them later.

    Attributes:
      recipe: Name of the recipe the config started from.
      dataset: What `load_dataset` takes to find the same images again.
      data_dir: Where prepared copies were said to lie, if it was said.
      source: Where the images came from, in words.
      fingerprint: SHA-256 of the training images and labels.
      class_names: One name a class: [K].
      framing: How the set places its ink; a picture of the user's is framed likewise.
    """

    recipe: str
    dataset: str
    data_dir: str | None
    source: str
    fingerprint: str
    class_names: tuple[str, ...]
    framing: Framing

    def to_json(self) -> str:
        """Return the origin as a JSON object."""
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Origin":
        """Read what `to_json` wrote.

        Raises:
          ValueError: Not a JSON object of these fields.
        """
        try:
            values = json.loads(text)
            if not isinstance(values["class_names"], list):
                raise TypeError("class_names is no list")
            values["class_names"] = tuple(values["class_names"])
            if set(values["framing"]) != {f.name for f in dataclasses.fields(Framing)}:
                raise TypeError("framing has other fields")
            values["framing"] = Framing(**values["framing"])
            origin = cls(**values)
        except (TypeError, KeyError, RecursionError) as error:
            raise ValueError(f"the saved origin is damaged: {error}") from error
        for name, value, kind in origin._held():
            if not _is_sound(value, kind):
                raise ValueError(
                    f"the saved origin is damaged: {name} is {value!r:.80}"
                )
        return origin

    def _held(self) -> Iterator[tuple[str, object, Any]]:
        """Yield the name, the value and the type of everything in it."""
        for name in ("recipe", "dataset", "source", "fingerprint"):
            yield name, getattr(self, name), str
        yield "data_dir", self.data_dir or "", str
        for number, name in enumerate(self.class_names):
            yield f"class {number}", name, str
        for name, kind in get_type_hints(Framing).items():
            yield name, getattr(self.framing, name), kind


def without_places(origin: Origin) -> Origin:
    """Return the origin without the folders of this machine that it names."""
    dataset = Path(origin.dataset).name
    names_a_place = "/" in origin.source or "\\" in origin.source
    source = dataset if names_a_place else origin.source
    return dataclasses.replace(origin, dataset=dataset, data_dir=None, source=source)


def origin_of(
    splits: DatasetSplits, recipe: str, data_dir: Path | None = None
) -> Origin:
    """Return what a run of a recipe on this data comes from."""
    return Origin(
        recipe=recipe,
        dataset=splits.spec,
        data_dir=str(data_folder(data_dir)),
        source=splits.source,
        fingerprint=splits.fingerprint,
        class_names=splits.class_names,
        framing=framing_for(splits.name, splits.train.images),
    )


def _is_sound(value: object, kind: Any) -> bool:
    """Return whether a value is plain text, one of some words, a switch or pixels."""
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if kind is str:
        return isinstance(value, str) and is_one_line(value)
    if kind is bool:
        return isinstance(value, bool)
    return type(value) in (int, float) and 0 <= value <= MAX_PIXELS  # type: ignore
