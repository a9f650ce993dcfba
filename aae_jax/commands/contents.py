"""Contents as a person names them: by the names of the classes, or by their numbers."""

from collections.abc import Sequence

import numpy as np

from aae_jax.core.abilities import DecodesLabels
from aae_jax.core.config import Config
from aae_jax.errors import ConfigError

MAX_WRITTEN = 40


def content_names(names: Sequence[str], num_classes: int) -> list[str]:
    """Return what contents are called: [K]; their numbers where `names` is short."""
    numbers = range(len(names), num_classes)
    return [*names[:num_classes], *map(str, numbers)]


def parse_labels(
    flag: str, given: str, config: Config, names: Sequence[str] = ()
) -> np.ndarray:
    """Read contents as in 3,7 or cat,dog, or each a single letter: int labels [L].

    Numbers name classes too, unless a class has another one's number for its name.

    Raises:
      ConfigError: Not contents that the run was trained on, or too many, or what can be
        read in more than one way, or a decoder that is told none.
    """
    if not isinstance(config, DecodesLabels):
        raise ConfigError(
            f"{flag} cannot act: the decoder of {config.kind} is told no label. Leave "
            "it out, and samples of whatever content are drawn"
        )
    known = _numbers_of(content_names(names, config.num_classes))
    words = _words_in(flag, given, known)
    if not words or not set(words) <= set(known) or len(words) > MAX_WRITTEN:
        raise ConfigError(
            f"{flag} takes contents, at most {MAX_WRITTEN}, as in "
            f"{','.join(list(known)[:3])}, not {given[:80]!r}: there are {_list(known)}"
        )
    return np.array([known[word] for word in words], np.int32)


def _numbers_of(names: Sequence[str]) -> dict[str, int]:
    """Return the number of every word that a content can be named by."""
    known = {name: number for number, name in enumerate(names)}
    numbers = {str(number): number for number in range(len(names))}
    is_clear = all(known.get(number, own) == own for number, own in numbers.items())
    return {**known, **numbers} if is_clear else known


def _words_in(flag: str, given: str, known: dict[str, int]) -> list[str]:
    """Split at commas, or else into letters where no word can be meant."""
    if "," in given or given.strip() in known:
        return [word.strip() for word in given.split(",")]
    for word in known:
        if len(word) > 1 and word in given:
            raise ConfigError(
                f"{flag} {given[:80]} can be read in more than one way, because "
                f"{word} is a content: put commas between contents, as in "
                f"{','.join(given[:3])}"
            )
    return list(given)


def _list(known: dict[str, int]) -> str:
    words = list(known)
    return ", ".join(words if len(words) <= 12 else [*words[:10], "...", words[-1]])
