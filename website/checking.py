"""What of a built site is wrong: links that lead nowhere, and what the network serves.

Sphinx knows the links that it makes; this reads every page as a browser would.
"""

import posixpath
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ASKED = {
    "img": "src",
    "script": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
}
"""Elements that a browser fetches something for by itself, and where they say what."""


class Page(HTMLParser):
    """The links of a page, what it fetches, and the anchors in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.fetched: set[str] = set()
        self.anchors: set[str] = {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element links to, fetches or is called."""
        found = {name: value for name, value in attrs if value}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.add(found["href"])
        if ASKED.get(tag) in found:
            self.fetched.add(found[ASKED[tag]])


def faults_of(site: Path) -> list[str]:
    """Return what is wrong with the pages under a folder, one line each."""
    pages = {
        path.relative_to(site).as_posix(): Page(path) for path in site.rglob("*.html")
    }
    return [
        f"{name}: {fault}"
        for name, page in sorted(pages.items())
        for fault in [*_fetched(page), *_lost(site, name, page, pages)]
    ]


def _fetched(page: Page) -> list[str]:
    """Return what a page asks others for."""
    return [f"fetches {url}" for url in page.fetched if urlsplit(url).netloc]


def _lost(site: Path, name: str, page: Page, pages: dict[str, Page]) -> list[str]:
    """Return links and files of a page that are not there."""
    found = []
    for url in sorted(page.links | page.fetched):
        parts = urlsplit(url)
        if parts.scheme or parts.netloc:
            continue
        there = posixpath.join(posixpath.dirname(name), unquote(parts.path))
        target = posixpath.normpath(there) if parts.path else name
        anchors = pages[target].anchors if target in pages else {"", parts.fragment}
        if not (site / target).is_file() or unquote(parts.fragment) not in anchors:
            found.append(f"leads to {url}, which is not there")
    return found
