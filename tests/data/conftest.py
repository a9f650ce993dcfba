"""What the tests of data share."""

import pytest

from tests.support import datasets as helpers


@pytest.fixture(autouse=True)
def isolated(monkeypatch, tmp_path):
    helpers.isolate(monkeypatch, tmp_path)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """A data folder with a tiny MNIST in it."""
    helpers.prepare_tiny(monkeypatch, tmp_path, tmp_path / "data")
    return tmp_path / "data"
