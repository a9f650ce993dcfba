"""The package as others see it: cheap to import, small and typed."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import aae_jax

ROOT = Path(__file__).parent.parent
ARRAYS = {"jax", "flax", "optax"}
SLOW = {"orbax", "sklearn", "skimage", "tensorflow_datasets", "matplotlib"}


def modules_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after `statement`."""
    listing = "import sys; print(*{name.split('.')[0] for name in sys.modules})"
    code = f"{statement}\n{listing}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("rooms", ["", ".data", ".imaging", ".storage"])
def test_rooms_without_jax_are_cheap(rooms: str) -> None:
    assert not modules_after(f"import aae_jax{rooms}") & (ARRAYS | SLOW)


@pytest.mark.slow
@pytest.mark.parametrize("script", ["train", "sample", "evaluate"])
def test_scripts_start_without_what_they_need_later(script: str) -> None:
    assert not modules_after(f"import {script}") & SLOW


@pytest.mark.slow
def test_importing_leaves_backends_alone() -> None:
    code = (
        "import aae_jax; aae_jax.train_epoch; "
        "from jax._src import xla_bridge; assert not xla_bridge._backends"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_every_public_name_exists_and_is_documented() -> None:
    assert set(aae_jax.__all__) <= set(dir(aae_jax))
    for name in aae_jax.__all__:
        assert getattr(aae_jax, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        aae_jax.nothing  # noqa: B018


@pytest.mark.slow
def test_nothing_needs_tensorflow() -> None:
    rooms = ("runs.recorder", "plotting", "data.prepared", "pretrained", "evaluation")
    statement = f"import {', '.join(f'aae_jax.{room}' for room in rooms)}"
    assert "tensorflow" not in modules_after(statement)


def test_versions_agree() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == aae_jax.__version__
    assert f"version: {aae_jax.__version__}" in (ROOT / "CITATION.cff").read_text()


@pytest.mark.slow
def test_the_python_of_the_readme_runs() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    found: dict[str, Any] = {}
    exec(block, found)
    assert found["grid"].shape == (10, 10, 8, 8, 1)
    assert found["swapped"].shape == found["images"].shape
