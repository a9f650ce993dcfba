"""What a run came from."""

import dataclasses
import json

from aae_jax.imaging import Framing


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
        values = json.loads(text)
        try:
            values["class_names"] = tuple(map(str, values["class_names"]))
            values["framing"] = Framing(**values["framing"])
            return cls(**values)
        except (TypeError, KeyError) as error:
            raise ValueError(f"the saved origin is damaged: {error}") from error
