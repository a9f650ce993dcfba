"""Output that may be lost: a command does not die of what nobody takes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast


class Forgiving:
    """A text stream that goes silent where its reader has left or its disk is full."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write as far as anybody takes it; returns the length of the text."""
        with self._silenced_by_an_error():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Write out what is pending, as far as anybody takes it."""
        with self._silenced_by_an_error():
            self._stream.flush()

    @contextmanager
    def _silenced_by_an_error(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            # What is still pending goes where all that follows goes.
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, self._stream.fileno())
            os.close(nothing)


def forgive_streams() -> None:
    """Make standard output and errors such, where they are closed too.

    Letters that their encoding lacks are escaped.
    """
    # A file that is opened must not become standard output by taking its number.
    while (opened := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(opened)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or open(os.devnull, "w")  # noqa: PTH123, SIM115
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, cast(TextIO, Forgiving(stream)))
