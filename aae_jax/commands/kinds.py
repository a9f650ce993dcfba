"""The flags that choose of which kind a part is, as in `--prior mixture`."""

from collections.abc import Sequence
from dataclasses import make_dataclass
from typing import Annotated, Any

import tyro
from tyro.conf import arg

from aae_jax.core.changes import kinds_of, of_kinds
from aae_jax.core.config import Config


def kinds_type(base: Config) -> type:
    """Return the dataclass of these flags for a config, whose kinds are the defaults.

    It has a field for each of the config's that may hold one of several parts.
    """
    flags: list[Any] = []
    for name, kinds in kinds_of(base).items():
        words: Any = tyro.extras.literal_type_from_choices(tuple(kinds))
        about = arg(help=f"What the {name} is; its own flags are below.")
        flags.append((name, Annotated[words, about], getattr(base, name).kind))
    return make_dataclass("Kinds", flags, frozen=True)


def with_kinds(base: Config, argv: Sequence[str]) -> Config:
    """Return a config with parts of the kinds that a command line asks for.

    Whether they go with its other fields is not checked: more flags may follow.
    """
    asked: Any
    asked, _ = tyro.cli(
        kinds_type(base), args=argv, return_unknown_args=True, add_help=False
    )
    return of_kinds(base, vars(asked))
