"""Algorithms and parts by the short words of saved configs, and those configs as JSON.

Nothing is imported by a name from a file: a word that is not in the table is refused.
"""

import dataclasses
import difflib
import json
from collections.abc import Sequence
from typing import Any

from aae_jax.algorithms.recipes import RECIPES
from aae_jax.core.config import LATER_FIELDS, Config
from aae_jax.core.parts import Part, part_types
from aae_jax.errors import ConfigError

FORMAT = 2
"""Of saved configs and run directories; 0.1 wrote 1, without saying so."""

ALGORITHMS: tuple[type[Config], ...] = tuple(dict.fromkeys(map(type, RECIPES.values())))
"""Every algorithm that has a recipe."""


def to_dict(config: Config) -> dict[str, Any]:
    """Return a config as JSON holds it: its format, its algorithm, and its fields."""
    written = {
        name: value
        for name, value in _fields(config).items()
        if name not in LATER_FIELDS
        or getattr(config, name) != getattr(type(config), name)
    }
    return {"format": FORMAT, "algorithm": config.kind, **written}


def to_json(config: Config) -> str:
    """Return a config as a JSON object, one field a line."""
    return json.dumps(to_dict(config), indent=2) + "\n"


def from_json(text: str, algorithms: Sequence[type[Config]] = ()) -> Config:
    """Read what `to_json` wrote.

    Args:
      text: A JSON object.
      algorithms: Classes that the package does not know, beside its own.

    Raises:
      ConfigError: Another format, not an object, or not the fields of a known
        algorithm with possible values.
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the saved config is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise ConfigError("the saved config must be a JSON object of fields")
    return from_dict(values, algorithms)


def from_dict(
    values: dict[str, Any], algorithms: Sequence[type[Config]] = ()
) -> Config:
    """Read what `to_dict` returned, perhaps by way of JSON.

    Raises:
      ConfigError: As `from_json` does.
    """
    values = dict(values)
    found = values.pop("format", 1)
    if found != FORMAT:
        raise ConfigError(
            f"the saved config has format {found}, and this version of aae_jax reads "
            f"format {FORMAT}: use the version that wrote it, or train again"
        )
    known = (*ALGORITHMS, *algorithms)
    return _built(known, values.pop("algorithm", None), values, "the saved config")


def differences(old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple]:
    """Return what differs between two configs of `to_dict`: name -> (old, new).

    Names of parts' fields are dotted, as in "generator.lr"; None is a field that only
    the other one has.
    """
    before, after = _flat(old), _flat(new)
    return {
        name: (before.get(name), after.get(name))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }


def _flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


def _fields(part: Part) -> dict[str, Any]:
    values = {f.name: getattr(part, f.name) for f in dataclasses.fields(part)}
    return {
        name: {"kind": value.kind, **_fields(value)}
        if isinstance(value, Part)
        else list(value)
        if isinstance(value, tuple)
        else value
        for name, value in values.items()
    }


def _built(
    table: Sequence[type[Part]], kind: Any, values: dict[str, Any], where: str
) -> Any:
    """Build the part of `table` that `kind` names from its fields."""
    found = [part for part in table if part.kind == kind]
    if not found:
        words = ", ".join(part.kind for part in table)
        raise ConfigError(
            f"{where} is of the kind {kind!r}, which this version of aae_jax does not "
            f"know: it knows {words}"
        )
    _check_names(found[0], values, where)
    return found[0](
        **{name: _field(found[0], name, value) for name, value in values.items()}
    )


def _field(owner: type[Part], name: str, value: Any) -> Any:
    """Return the value of a field; a part is one of those that its type declares."""
    table = part_types(owner, name)
    if not table or not isinstance(value, dict):
        return value
    own = {key: held for key, held in value.items() if key != "kind"}
    return _built(table, value.get("kind"), own, name)


def _check_names(part: type[Part], values: dict[str, Any], where: str) -> None:
    """Raise a ConfigError where fields are unknown or missing."""
    known = [field.name for field in dataclasses.fields(part)]
    for name in sorted(set(values) - set(known)):
        hint = difflib.get_close_matches(name, known, n=1)
        meant = f" (did you mean {hint[0]!r}?)" if hint else ""
        raise ConfigError(
            f"{where} has the field {name!r}, which this version of aae_jax does not "
            f"know{meant}: use the version that wrote it"
        )
    if missing := sorted({*known} - {*values, *LATER_FIELDS}):
        raise ConfigError(
            f"{where} lacks {', '.join(missing)}: restore the file as it was written"
        )
