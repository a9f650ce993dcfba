"""How a command ends: mistakes in one plain line, with a status."""

import sys
from collections.abc import Callable, Sequence

from aae_jax.errors import AAEError

MISTAKE, INTERRUPTED = 2, 130


def run_command(main: Callable[[Sequence[str]], int]) -> None:
    """Run a command's `main` on the command line; mistakes end in one plain line.

    Exits with what `main` returns, with 2 after a user's mistake and with 130 after
    Ctrl-C.
    """
    try:
        status = main(sys.argv[1:])
    except (AAEError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        status = MISTAKE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        status = INTERRUPTED
    sys.exit(status)
