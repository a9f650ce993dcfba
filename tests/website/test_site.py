"""The site: links of the repository's pages hold in it, and faults are found."""

import pkgutil
import re
from os.path import normpath
from pathlib import Path

import pytest

import aae_jax
from website.api import ROOMS
from website.checking import faults_of
from website.staging import PAGES, relinked, source_name, source_page, staged_names

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("path", staged_names(ROOT))
def test_links_of_a_page_lead_to_pages_that_are_staged(path: str) -> None:
    pages, shown = staged_names(ROOT), set[str]()
    text = relinked(ROOT, path, pages, shown)
    staged = {*pages.values(), *map(source_name, shown)}
    for link in re.findall(r"\]\(([^)\s#:]+\.md)", text):
        assert normpath(Path(pages[path]).parent / link) in staged


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for folder in ("docs/guides", "src"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "docs/other.md").touch()
    (tmp_path / "src/code.py").write_text("````\n```\nx")
    return tmp_path


@pytest.mark.parametrize(
    ("written", "staged"),
    [
        ("[a](../other.md#part)", "[a](../other.md#part)"),
        ("[a](../../src/code.py)", "[a](../source/src/code.py.md)"),
        ("[a](https://x.org/y.md)", "[a](https://x.org/y.md)"),
        ("```\n[a](lost.md)\n```", "```\n[a](lost.md)\n```"),
    ],
)
def test_links_become_those_of_the_site(
    repository: Path, written: str, staged: str
) -> None:
    (repository / "docs/guides/page.md").write_text(written)
    pages = {"docs/guides/page.md": "guides/page.md", "docs/other.md": "other.md"}
    assert relinked(repository, "docs/guides/page.md", pages, set()) == staged


def test_a_lost_link_is_an_error(repository: Path) -> None:
    (repository / "docs/other.md").write_text("text\n[a](lost.md)")
    with pytest.raises(ValueError, match=r"docs/other.md links to lost.md"):
        relinked(repository, "docs/other.md", {"docs/other.md": "other.md"}, set())


def test_code_with_fences_in_it_stays_one_block(repository: Path) -> None:
    page = source_page(repository / "src/code.py", "src/code.py", repository)
    assert page.endswith("`````{code-block} python\n````\n```\nx\n`````\n")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="b.html#there">', None),
        ('<a href="https://x.org">', None),
        ('<a href="c.html">', "a.html: leads to c.html, which is not there"),
        ('<a href="b.html#x">', "a.html: leads to b.html#x, which is not there"),
        ('<img src="c.png">', "a.html: leads to c.png, which is not there"),
        ('<script src="//x.org/y.js">', "a.html: fetches //x.org/y.js"),
    ],
)
def test_faults_of_a_built_page_are_found(
    tmp_path: Path, body: str, fault: str | None
) -> None:
    (tmp_path / "a.html").write_text(body)
    (tmp_path / "b.html").write_text('<p id="there">')
    assert faults_of(tmp_path) == ([fault] if fault else [])


def test_every_room_has_a_page_in_the_contents() -> None:
    rooms = {module.name for module in pkgutil.iter_modules(aae_jax.__path__)}
    assert {*ROOMS, "commands"} == rooms
    contents = (PAGES / "index.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^api/(\w+)$", contents, re.MULTILINE)) - {"public"} == {
        *ROOMS
    }
