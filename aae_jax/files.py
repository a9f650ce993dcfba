"""Text files that are never half written."""

from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Write a whole file or leave the old one, whenever the process is stopped."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text)
    partial.replace(path)
