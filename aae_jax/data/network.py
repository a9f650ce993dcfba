"""Ask whether a host answers, and fetch files from it, never waiting forever.

Proxies and certificates are those of requests: HTTPS_PROXY, NO_PROXY,
REQUESTS_CA_BUNDLE and the like.
"""

import contextlib
import threading
from pathlib import Path
from urllib.parse import urlsplit

CONNECT_SECONDS = 10
"""How long a server may take to accept a connection once it is known to answer."""

SILENCE_SECONDS = 30
"""How long a server may say nothing in the midst of a download."""


def answers(url: str, patience: float) -> bool:
    """Return whether anything answers at `url` within `patience` seconds.

    A look-up of a name can hang far beyond any timeout of a socket, so the question
    is asked in a thread that is abandoned when the time is up.
    """
    answered = threading.Event()
    done = threading.Event()
    args = (url, patience, answered, done)
    threading.Thread(target=_ask, args=args, daemon=True).start()
    done.wait(patience)
    return answered.is_set()


def _ask(
    url: str, patience: float, answered: threading.Event, done: threading.Event
) -> None:
    """Set `answered` if any response comes, and `done` in any case."""
    import requests

    with contextlib.suppress(OSError):
        requests.head(url, timeout=patience)
        answered.set()
    done.set()


def fetch(url: str, path: Path) -> None:
    """Download `url` to `path`.

    Raises:
      OSError: The server refuses, breaks off or falls silent, or `path` cannot be
        written (the errors of requests are OSErrors too).
    """
    import requests

    timeout = (CONNECT_SECONDS, SILENCE_SECONDS)
    with requests.get(url, stream=True, timeout=timeout) as response:
        response.raise_for_status()
        with path.open("wb") as file:
            for block in response.iter_content(chunk_size=1 << 16):
                file.write(block)


def host(url: str) -> str:
    """Return the name of the machine in `url`."""
    return urlsplit(url).hostname or url
