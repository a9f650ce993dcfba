"""How all figures look, and how they are saved."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matplotlib import style
from matplotlib.figure import Figure

from aae_jax.storage.files import replacement

MAX_PIXELS = 4000
"""Of a side of a figure: matplotlib takes about 100 bytes a pixel."""

INK, MUTED, CODES, PRIOR = "#1b1b1b", "#6b6b6b", "#2a6fbb", "#d1495b"


@contextmanager
def default_look() -> Iterator[None]:
    """Draw with matplotlib's defaults, whatever its user has set; also a decorator."""
    with style.context("default"):
        yield


@default_look()
def save_figure(figure: Figure, path: Path, dpi: int = 150) -> Path:
    """Write the figure as a PNG, making the folder, and return its path.

    A side of more than `MAX_PIXELS` is drawn in fewer dots an inch.
    """
    with replacement(path) as unfinished, warnings.catch_warnings():
        # Names in letters that the font lacks: boxes are drawn.
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        dots = min(dpi, MAX_PIXELS / figure.get_size_inches().max())
        figure.savefig(unfinished, dpi=dots, facecolor="white")
    return path


def plain(text: str) -> str:
    """Return a name of the user's as matplotlib writes it: no formula."""
    return text.replace("$", r"\$")


def with_note(title: str, note: str) -> str:
    """Return a title, with the note in brackets if there is one."""
    return f"{title} ({note})" if note else title
