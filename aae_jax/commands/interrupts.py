"""Ctrl-C as a wish: the run ends at the next safe point, a second one ends it now."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    """Whether the user, or the machine, asked to stop."""

    requested = False


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Turn the first SIGINT or SIGTERM into `Interrupt.requested` while it is open.

    The second one raises KeyboardInterrupt.
    """
    interrupt = Interrupt()

    def handle(number: int, frame: FrameType | None) -> None:
        if interrupt.requested:
            raise KeyboardInterrupt
        interrupt.requested = True
        # `print` is not safe here: the signal may have come in the midst of another.
        os.write(2, b"\nstopping at the end of this epoch; once more to stop at once\n")

    previous = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield interrupt
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
