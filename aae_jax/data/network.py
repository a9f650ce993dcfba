"""Ask why a host does not answer, and fetch files from it, never waiting forever.

Proxies and certificates are those of requests: HTTPS_PROXY, NO_PROXY,
REQUESTS_CA_BUNDLE and the like.
"""

import queue
import re
import threading
from pathlib import Path
from urllib.parse import urlsplit

CONNECT_SECONDS = 10
"""How long a server may take to accept a connection once it is known to answer."""

SILENCE_SECONDS = 30
"""How long a server may say nothing in the midst of a download."""


def silence(url: str, patience: float) -> str | None:
    """Return why nothing answers at `url` within `patience` seconds, None if it does.

    A look-up of a name can hang far beyond any timeout of a socket, so the question
    is asked in a thread that is abandoned when the time is up.
    """
    found: queue.Queue[str | None] = queue.Queue()
    args = (url, patience, found)
    threading.Thread(target=_ask, args=args, daemon=True).start()
    try:
        return found.get(timeout=patience)
    except queue.Empty:
        return f"{host(url)} does not answer"


def _ask(url: str, patience: float, found: queue.Queue[str | None]) -> None:
    """Put None if any response comes, and otherwise the reason."""
    import requests

    try:
        requests.head(url, timeout=patience)
        found.put(None)
    # Settings of the user's can raise anything, and nobody else would see it.
    except Exception as error:
        words = "does not answer" if _is_silence(error) else "cannot be asked"
        found.put(f"{host(url)} {words} ({reason(error)})")


def _is_silence(error: Exception) -> bool:
    """Return whether the host said nothing: no proxy or certificate is to blame."""
    from requests import exceptions

    to_blame = (exceptions.ProxyError, exceptions.SSLError)
    silent = (exceptions.ConnectionError, exceptions.Timeout)
    return isinstance(error, silent) and not isinstance(error, to_blame)


def reason(error: BaseException) -> str:
    """Return the innermost cause of an error in words, without passwords."""
    inner, blamed = error, ""
    while (cause := _cause(inner)) is not None:
        inner = cause
        if type(inner).__name__ == "ProxyError":
            blamed = "of the proxy: "
    text = re.sub(r"^\w+\(host=.*?\): |[^\s/'\"]+@", "", str(inner)).strip()
    text = text or type(inner).__name__
    if "SOCKS" in text:
        text += " Install PySocks"
    return blamed + text.removesuffix(".")


def _cause(error: BaseException) -> BaseException | None:
    inner = [getattr(error, "reason", None), *reversed(error.args)]
    return next((value for value in inner if isinstance(value, BaseException)), None)


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
        if response.headers.get("Content-Type", "").startswith("text/html"):
            raise OSError(f"a web page came instead of {path.name}, as for a log-in")
        with path.open("wb") as file:
            for block in response.iter_content(chunk_size=1 << 16):
                file.write(block)


def host(url: str) -> str:
    """Return the name of the machine in `url`."""
    return urlsplit(url).hostname or url
