"""Parts: frozen pieces of a configuration, each of which checks its own fields.

A field's type says what it may hold. `Annotated` types add limits, as in

    lr: NonNegative = 1e-3

and the same declaration checks the value and words the error.
"""

import math
from dataclasses import dataclass, fields
from functools import cache, partial
from types import UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    get_args,
    get_origin,
)
from typing import get_type_hints as resolved_hints

from aae_jax.errors import ConfigError

MAX_SEED = 2**32 - 1


class Limits(NamedTuple):
    """What a number must be: at least, at most (or less than), and that in words."""

    least: float
    most: float
    words: str
    below: bool = False

    def hold(self, value: float) -> bool:
        """Return whether a finite number is within the limits."""
        upper = value < self.most if self.below else value <= self.most
        return self.least <= value and upper


Count = Annotated[int, Limits(1, math.inf, "an integer, at least 1")]
Several = Annotated[int, Limits(2, math.inf, "an integer, at least 2")]
Number = Annotated[int, Limits(0, math.inf, "an integer, at least 0")]
Seed = Annotated[
    int, Limits(0, MAX_SEED, f"an integer, at least 0 and at most {MAX_SEED}")
]
NonNegative = Annotated[float, Limits(0, math.inf, "a finite number, at least 0")]
Fraction = Annotated[float, Limits(0, 1, "at least 0 and less than 1", below=True)]
Scale = Annotated[float, Limits(1e-6, 1e6, "a number, 1e-6 to 1e6")]
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Part:
    """A frozen, hashable piece of a configuration.

    `kind` is the short word that a saved config names it by; `is_whole` is true of a
    whole config, whose fields need no owner's name in an error.

    Raises:
      ConfigError: A value is of the wrong type or out of range; names the field.
    """

    kind: ClassVar[str]
    is_whole: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for field in fields(self):
            value = checked(self, field.name, getattr(self, field.name))
            object.__setattr__(self, field.name, value)


def checked(part: Part, name: str, value: Any) -> Any:
    """Return `value` in the type of the field `name`, or raise a ConfigError."""
    expected, limits = field_type(type(part), name)
    if get_origin(expected) is Literal:
        choices = get_args(expected)
        return _held(part, name, value, value in choices, " or ".join(choices))
    if expected == Shape:
        is_shape = isinstance(value, tuple | list) and len(value) == 3
        holds = is_shape and all(type(side) is int and side >= 1 for side in value)
        words = "three positive integers H, W, C"
        return tuple(_held(part, name, value, holds, words))
    if expected is bool:
        return _held(part, name, value, isinstance(value, bool), "true or false")
    if expected not in (int, float):
        words = f"one of the parts {_names(expected)}"
        return _held(part, name, value, isinstance(value, expected), words)
    words = "an integer" if expected is int else "a finite number"
    limits = limits or Limits(-math.inf, math.inf, words)
    is_number = type(value) in ((int,) if expected is int else (int, float))
    holds = is_number and math.isfinite(value) and limits.hold(value)
    return expected(_held(part, name, value, holds, limits.words))


def flag_of(name: str) -> str:
    """Return the command-line flag of a field, as in "--generator.lr"."""
    return f"--{name.replace('_', '-')}"


def field_type(part: type[Part], name: str) -> tuple[Any, Limits | None]:
    """Return the type of a part's field without its annotations, and its limits."""
    hint = _HINTS(part)[name]
    limits = None
    while get_origin(hint) is Annotated:
        hint, *notes = get_args(hint)
        limits = next((note for note in notes if isinstance(note, Limits)), limits)
    return hint, limits


def part_types(part: type[Part], name: str) -> tuple[type[Part], ...]:
    """Return the parts that a field may hold; none where it holds something else."""
    declared, _ = field_type(part, name)
    types = get_args(declared) or (declared,)
    return tuple(t for t in types if isinstance(t, type) and issubclass(t, Part))


_HINTS: Any = cache(partial(resolved_hints, include_extras=True))


def _held(part: Part, name: str, value: Any, holds: bool, expected: str) -> Any:
    if not holds:
        owner = "" if part.is_whole else f" of {type(part).__name__}"
        raise ConfigError(f"{name}{owner} must be {expected}, not {value!r}")
    return value


def _names(expected: Any) -> str:
    is_union = isinstance(expected, UnionType)
    choices = get_args(expected) if is_union else (expected,)
    return " or ".join(choice.__name__ for choice in choices)
