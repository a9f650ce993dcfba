"""Lay out what Sphinx reads: the repository's Markdown, its links made the site's.

A link of a page leads to another page where there is one, and else to a page that shows
the file it names. So the same text reads well on a code host and here.
"""

import posixpath
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from website.api import api_pages
from website.notebooks import notebook_page

NAMED = {
    "README.md": "overview.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
}
"""Pages at the root of the repository, and what they are called here."""

PAGES = Path(__file__).parent / "pages"
"""Pages of the site alone."""

_FENCES = re.compile(r"(^ *(`{3,}).*?^ *\2 *$)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<=\]\()([^)\s#:]+)(#[^)\s]*)?(?=\))")


def stage(root: Path, out: Path) -> None:
    """Write everything that Sphinx reads of the repository `root` into a folder.

    Raises:
      ValueError: A link leads to a file that does not exist.
    """
    shutil.copytree(root / "docs", out, ignore=shutil.ignore_patterns("*.md"))
    pages = staged_names(root)
    shown: set[str] = set()
    for path, name in pages.items():
        _write(out / name, relinked(root, path, pages, shown))
    for path in sorted(shown):
        _write(out / source_name(path), source_page(root / path, path, out))
    for name, text in api_pages():
        _write(out / "api" / name, text)
    shutil.copytree(PAGES, out, dirs_exist_ok=True)


def staged_names(root: Path) -> dict[str, str]:
    """Return the pages of the repository, path -> where they lie on the site."""
    guides = {
        path.relative_to(root).as_posix(): path.relative_to(root / "docs").as_posix()
        for path in sorted((root / "docs").rglob("*.md"))
    }
    notebooks = {
        f"notebooks/{path.name}": f"notebooks/{path.stem}.md"
        for path in sorted((root / "notebooks").glob("*.ipynb"))
    }
    return {**guides, **NAMED, **notebooks}


def relinked(root: Path, path: str, pages: dict[str, str], shown: set[str]) -> str:
    """Return a page's text with the links of the site.

    Files that have no page of their own are added to `shown`.
    """
    here = posixpath.dirname(pages[path])

    def link(match: re.Match) -> str:
        there, anchor = match[1], match[2] or ""
        found = posixpath.normpath(posixpath.join(posixpath.dirname(path), there))
        if not (root / found).exists() or found.startswith(".."):
            raise ValueError(f"{path} links to {there}, which does not exist")
        if found in pages:
            staged = pages[found]
        elif found.startswith("docs/"):
            staged = found.removeprefix("docs/")
        else:
            shown.add(found)
            staged = source_name(found)
        return posixpath.relpath(staged, here or ".") + anchor

    return "".join(
        part if is_code else _LINK.sub(link, part)
        for part, is_code in _parts(_text(root / path))
    )


def source_name(path: str) -> str:
    """Return where the page lies that shows a file or folder of the repository."""
    return f"source/{path}.md"


def source_page(file: Path, path: str, out: Path) -> str:
    """Return the page of a file, or of a folder with its files to download."""
    head = f"---\norphan: true\n---\n\n# {path}\n\n"
    if not file.is_dir():
        kind = "python" if file.suffix == ".py" else "text"
        return f"{head}`````{{code-block}} {kind}\n{_text(file)}\n`````\n"
    shutil.copytree(file, out / "source" / path, dirs_exist_ok=True)
    names = sorted(p.relative_to(file).as_posix() for p in file.rglob("*.json"))
    return head + "\n".join(f"- [{name}]({file.name}/{name})" for name in names)


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Split Markdown into pieces, and whether each is a block of code."""
    end = 0
    for block in _FENCES.finditer(text):
        yield text[end : block.start()], False
        yield block[0], True
        end = block.end()
    yield text[end:], False


def _text(path: Path) -> str:
    if path.suffix == ".ipynb":
        return notebook_page(path)
    return path.read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
