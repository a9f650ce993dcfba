"""Build the site: `python -m website [OUT]`.

Strict: a warning of Sphinx, a link that leads nowhere and a page that asks the network
for anything are errors. The first page holds a model to play with, which is written
here and never committed.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from sphinx.cmd.build import build_main

from aae_jax.commands import sample
from aae_jax.commands.console import run_command
from aae_jax.errors import ConfigError
from aae_jax.pretrained import pretrained_names
from aae_jax.storage.files import replaced_folder
from website.checking import faults_of
from website.staging import stage

ROOT = Path(__file__).parent.parent
MODELS = ("mnist", "digits")
"""What the first page plays with: the first of these that the package has."""


def main(argv: Sequence[str]) -> int:
    """Build the site into a folder, `_site` if none is named; returns the status.

    Raises:
      ConfigError: The folder is there and holds something else.
    """
    out = Path(argv[0] if argv else "_site")
    if out.exists() and not (out / ".buildinfo").exists():
        raise ConfigError(
            f"{out} holds something else than a site: name another folder"
        )
    with replaced_folder(out) as built:
        if status := build(built):
            return status
        faults = faults_of(built)
    print(*faults, f"{out}/index.html: {len(faults)} faults", sep="\n")
    return 1 if faults else 0


def build(out: Path) -> int:
    """Build the pages into a new folder; returns the status of Sphinx."""
    with tempfile.TemporaryDirectory() as folder:
        source, files = Path(folder, "source"), Path(folder, "files")
        stage(ROOT, source)
        write_toy(files / "toy.html")
        options = ["-b", "html", "-W", "--keep-going", "--quiet"]
        options += ["-c", str(Path(__file__).parent), "-d", str(Path(folder, "trees"))]
        options += ["-D", f"html_extra_path={files}"]
        return build_main([*options, str(source), str(out)])


def write_toy(path: Path) -> None:
    """Write the page of the best model that the package has."""
    path.parent.mkdir(parents=True)
    name = next(name for name in MODELS if name in pretrained_names())
    sample.main(["--pretrained", name, "--page", str(path)])


if __name__ == "__main__":
    run_command(main)
