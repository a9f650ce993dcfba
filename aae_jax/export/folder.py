"""An exported model as a folder, in the layout that model hubs take."""

from pathlib import Path

from aae_jax.algorithms.catalog import to_json
from aae_jax.algorithms.uses import uses_of
from aae_jax.errors import RunError
from aae_jax.export.card import About, card_of
from aae_jax.export.functions import portable
from aae_jax.runs.codes import CODES
from aae_jax.runs.folder import CONFIG, ORIGIN
from aae_jax.runs.model import Model
from aae_jax.runs.origin import without_places
from aae_jax.runs.weights import (
    WEIGHTS,
    check_installed,
    is_exported,
    used_arrays,
    write_weights,
)
from aae_jax.storage.files import replace_arrays, replace_text, replaced_folder

CARD, FUNCTION = "README.md", ".jaxexport"


def write_export(path: Path, model: Model, about: About) -> list[Path]:
    """Write a model as a folder whose files need JAX, but not this package.

    It is there whole or not at all. Returns its files.

    Raises:
      RunError: There is something else, or packages are missing.
    """
    check_installed("safetensors", "flatbuffers")
    check_replaceable(path)
    model = model._replace(origin=without_places(model.origin))
    card = card_of(model, about)
    arrays = used_arrays(model.config, model.params)
    uses = uses_of(model.config).items()
    functions = {name: portable(model.config, use, arrays) for name, use in uses}
    with replaced_folder(path) as folder:
        replace_text(folder / CARD, card)
        replace_text(folder / CONFIG, to_json(model.config))
        replace_text(folder / ORIGIN, model.origin.to_json())
        replace_arrays(folder / CODES, model.codes._asdict())
        write_weights(folder, arrays)
        for name, function in functions.items():
            (folder / f"{name}{FUNCTION}").write_bytes(function)
    return sorted(path.iterdir())


def check_replaceable(path: Path) -> None:
    """Raise a RunError where anything but an export would be lost."""
    if not path.exists():
        return
    held = [file.name for file in path.iterdir()] if path.is_dir() else [path.name]
    written = {CARD, CONFIG, ORIGIN, CODES, WEIGHTS}
    more = [n for n in held if n not in written and not n.endswith(FUNCTION)]
    if more or (held and not is_exported(path)):
        raise RunError(
            f"{path} holds {(more or held)[0]}, and only an exported model that lies "
            "there alone is replaced: choose another folder"
        )
