"""How a command runs in a process of its own: mistakes in one plain line, a status."""

import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence

from absl import logging as absl_logging

from aae_jax.commands.streams import forgive_streams
from aae_jax.errors import AAEError, LostError, SaveError

MISTAKE = 2


def run_command(main: Callable[[Sequence[str]], int]) -> None:
    """Run a command's `main` on the command line; mistakes end in one plain line.

    Exits with what `main` returns, with 2 after a user's mistake and with 130 after
    Ctrl-C, or what another signal stands for.
    """
    forgive_streams()
    silence_libraries()
    try:
        status = main(sys.argv[1:])
    except (AAEError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        status = MISTAKE
        if isinstance(error, SaveError | LostError):
            end_now(status)
    except KeyboardInterrupt as error:
        print("interrupted", file=sys.stderr)
        end_now(status_of(*error.args))
    sys.exit(status)


def status_of(number: int = signal.SIGINT) -> int:
    """Return the status of a process that ended because of a signal."""
    return 128 + number


def silence_libraries() -> None:
    """Leave it to errors to say what is wrong, and draw for no screen.

    What Orbax logs comes as an exception as well. Its threads may report late to an
    event loop that an error has closed.
    """
    absl_logging.set_verbosity(absl_logging.FATAL)
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    os.environ["MPLBACKEND"] = "Agg"
    shown = sys.unraisablehook

    def show(raised: "sys.UnraisableHookArgs") -> None:
        if str(raised.exc_value) != "Event loop is closed":
            shown(raised)

    sys.unraisablehook = show


def end_now(status: int) -> None:
    """End without waiting: threads that failed to save, or an epoch, may take long."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
