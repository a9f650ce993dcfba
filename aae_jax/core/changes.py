"""Changes to a config by the names of its fields, as a command line gives them.

A field of a part is named as in "generator.lr". A field that may hold several kinds of
part takes the word of one, as in {"prior": "mixture", "prior.across": 0.1}.
"""

from copy import copy
from dataclasses import fields, replace
from typing import Any, TypeVar

from aae_jax.core.parts import Part, flag_of, part_types
from aae_jax.errors import ConfigError

P = TypeVar("P", bound=Part)


def laid_over(part: P, changes: dict[str, Any]) -> P:
    """Return a part with other kinds of its parts, and other values of some fields.

    Raises:
      ConfigError: The part has no such field, so the value cannot act.
    """
    part, choices = of_kinds(part, changes), kinds_of(part)
    own: dict[str, Any] = {}
    nested: dict[str, dict[str, Any]] = {}
    for name, value in changes.items():
        check_acts(part, name)
        head, _, rest = name.partition(".")
        if rest:
            nested.setdefault(head, {})[rest] = value
        elif name not in choices:
            own[head] = value
    for head, values in nested.items():
        own[head] = laid_over(getattr(part, head), values)
    return replace(part, **own)


def of_kinds(part: P, words: dict[str, Any]) -> P:
    """Return a part whose own parts are of the kinds that `words` has for their fields.

    One that is of its kind already stays, another one has its defaults. Whether they
    go with the other fields is not checked: further changes may follow.
    """
    changed = copy(part)
    for name, kinds in kinds_of(part).items():
        word = words.get(name, getattr(part, name).kind)
        if word not in kinds:
            raise ConfigError(f"{name} must be {' or '.join(kinds)}, not {word!r}")
        if word != getattr(part, name).kind:
            object.__setattr__(changed, name, kinds[word]())
    return changed


def kinds_of(part: Part) -> dict[str, dict[str, type[Part]]]:
    """Return the fields that may hold one of several parts, which are named by kind."""
    types = {field.name: part_types(type(part), field.name) for field in fields(part)}
    return {
        name: {each.kind: each for each in several}
        for name, several in types.items()
        if len(several) > 1
    }


def has_field(part: Any, name: str) -> bool:
    """Return whether a part has the field called so, as in "generator.lr"."""
    head, _, rest = name.partition(".")
    if not isinstance(part, Part) or head not in {f.name for f in fields(part)}:
        return False
    return not rest or has_field(getattr(part, head), rest)


def check_acts(part: Part, name: str) -> None:
    """Raise a ConfigError where a part has no field called so."""
    if has_field(part, name):
        return
    head, _, rest = name.partition(".")
    if head not in kinds_of(part):
        raise ConfigError(f"{flag_of(name)} cannot act: {part.kind} has none")
    chosen = getattr(part, head)
    known = ", ".join(field.name for field in fields(chosen)) or "no field"
    kinds = kinds_of(part)[head]
    others = [kind for kind, other in kinds.items() if has_field(other(), rest)]
    advice = f": choose {flag_of(head)} {' or '.join(others)}" if others else ""
    raise ConfigError(
        f"{flag_of(name)} cannot act: the {head} is of the kind {chosen.kind}, "
        f"which has {known}{advice}"
    )


def alike(algorithm: type[P], config: Part, **changes: Any) -> P:
    """Return the config of another algorithm that shares all fields that both have."""
    own = {field.name for field in fields(algorithm)}
    shared = {f.name: getattr(config, f.name) for f in fields(config) if f.name in own}
    return algorithm(**{**shared, **changes})
