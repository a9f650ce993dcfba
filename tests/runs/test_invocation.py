"""Printed commands exist where they are printed."""

import re
import shutil
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from aae_jax.runs import invocation
from aae_jax.runs.invocation import command
from tests.support.processes import ROOT

NAMES = ("train", "sample", "evaluate")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place with the package, but no scripts beside it; the shell finds nothing."""
    monkeypatch.setattr(invocation, "_CHECKOUT", tmp_path / "site-packages")
    monkeypatch.setenv("PATH", "")
    return tmp_path


def test_in_a_checkout_it_is_the_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    for name in NAMES:
        assert command(name) == f"python {name}.py"
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        said = command(name, "--run-dir", tmp_path / "a run")
        assert said == f"python {ROOT / name}.py --run-dir '{tmp_path / 'a run'}'"


def test_elsewhere_it_is_the_entry_point_or_else_the_module(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = f"{sys.executable} -m aae_jax.commands.sample --seed 3"
    assert command("sample", "--seed", "3") == module
    (installed / "bin").mkdir()
    script = installed / "bin" / "aae-sample"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(installed / "bin"))
    assert shutil.which("aae-sample")
    assert command("sample", "--seed", "3") == "aae-sample --seed 3"
    assert command("train").endswith("-m aae_jax.commands.train")


def test_scripts_of_a_stranger_are_not_ours(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (installed / "site-packages").mkdir()
    (installed / "site-packages" / "sample.py").write_text("")
    assert "-m aae_jax" in command("sample")
    (installed / "site-packages" / "pyproject.toml").write_text("")
    assert "-m aae_jax" not in command("sample")


def test_every_entry_point_is_declared_and_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = (*NAMES, "classify", "export")
    assert set(project["scripts"]) == {f"aae-{name}" for name in names}
    for name in NAMES:
        module, function = project["scripts"][f"aae-{name}"].split(":")
        assert callable(getattr(import_module(module), function))
        door = (ROOT / f"{name}.py").read_text()
        assert re.search(rf"from {re.escape(module)} import {function}\b", door)
