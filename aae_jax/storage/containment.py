"""What came from a stranger reaches nothing outside its own folder."""

import os
import stat
import unicodedata
from pathlib import Path

from aae_jax.errors import RunError

MAX_TEXT = 2**26
"""Bytes of a JSON file; a larger one is refused unread."""

_STEERING = ("Cc", "Cs", "Zl", "Zp")
"""Unicode's categories of controls, halves of letters, and ends of lines."""


def is_one_line(text: str) -> bool:
    """Return whether a text can be shown on a line, and steers no terminal."""
    return not any(unicodedata.category(c) in _STEERING for c in text)


def check_contained(folder: Path) -> None:
    """Look at every name in a folder before anything in it is read or written.

    Raises:
      RunError: A link leads out of it, something is neither file nor folder, or a JSON
        file is larger than `MAX_TEXT`.
    """
    inside = os.path.realpath(folder)
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            if problem := _problem(Path(place, name), inside):
                raise RunError(
                    f"{Path(place, name)} {problem}, and a run holds its own files "
                    "alone: put a copy of what is meant in its place"
                )


def _problem(path: Path, inside: str) -> str:
    """Return what is wrong with one name, in words; nothing where all is right."""
    try:
        found = path.lstat()
    except OSError:
        return ""  # Gone since it was listed: another process works here.
    if stat.S_ISLNK(found.st_mode):
        target = os.path.realpath(path)
        leads_out = os.path.commonpath([inside, target]) != inside
        return f"is a link that leads out to {target}" if leads_out else ""
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        return "is neither a file nor a folder"
    if path.suffix == ".json" and found.st_size > MAX_TEXT:
        return f"is a JSON file of {found.st_size:,} bytes, of at most {MAX_TEXT:,}"
    return ""
