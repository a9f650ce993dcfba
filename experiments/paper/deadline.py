"""An end to long work, as if the user had pressed Ctrl-C then."""

from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Timer


@contextmanager
def until(hours: float) -> Iterator[Callable[[], bool]]:
    """Interrupt the block when so many hours have passed; gives whether they have.

    Training that is interrupted saves a checkpoint first. The block then ends without
    an error; a Ctrl-C of the user's is still one.
    """
    over = Event()

    def end() -> None:
        over.set()
        interrupt_main()

    timer = Timer(3600 * hours, end)
    timer.daemon = True
    timer.start()
    try:
        yield over.is_set
    except KeyboardInterrupt:
        if not over.is_set():
            raise
    finally:
        timer.cancel()
