"""Ctrl-C as a wish: the run ends at the next safe point, a second one ends it now."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = ("INT", "TERM", "HUP")
"""Ctrl-C, the end of a job, and a terminal that was closed."""

ORDERS = (signal.SIGINT, signal.SIGTERM)
"""Which of them end the run now if they come again: a closed terminal says so twice."""

_SAID = (
    b"\nstopping at the end of this epoch, or within it if it is a long one; "
    b"once more to stop now\n"
)


class Interrupt:
    """Which signal asked to stop; 0 for none."""

    number = 0

    @property
    def requested(self) -> bool:
        """True if the user, or the machine, asked to stop."""
        return bool(self.number)


@contextmanager
def interruptible(*more: str) -> Iterator[Interrupt]:
    """Turn the first of `SIGNALS`, and of `more`, into `Interrupt.requested`.

    One of `ORDERS` after it raises KeyboardInterrupt. What is ignored, as SIGHUP under
    nohup, stays so. In a thread there is no handler: Python has them in the main one.
    """
    interrupt = Interrupt()

    def handle(number: int, frame: FrameType | None) -> None:
        if interrupt.requested and number in ORDERS:
            raise KeyboardInterrupt(number)
        interrupt.number = number
        # `print` is not safe here: the signal may have come in the midst of another.
        with contextlib.suppress(OSError):
            os.write(2, _SAID)

    is_main = threading.current_thread() is threading.main_thread()
    known = [getattr(signal, f"SIG{name}", None) for name in (*SIGNALS, *more)]
    heard = [
        n for n in known if n and is_main and signal.getsignal(n) != signal.SIG_IGN
    ]
    previous = {number: signal.signal(number, handle) for number in heard}
    try:
        yield interrupt
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
