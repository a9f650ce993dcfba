"""Compiled programs are kept for the user alone, and a damaged one costs one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import warnings
from aae_jax.engine.compilation import keep_compiled
keep_compiled()
import jax
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
print(jax.jit(lambda x: x * 3)(14))
"""


def run(cache: Path, **settings: str) -> tuple[str, str]:
    """Compile one small program in a process of its own: output and errors."""
    undecided = {k: v for k, v in os.environ.items() if "COMPILATION_CACHE" not in k}
    environment = {
        **undecided,
        "AAE_CACHE_DIR": str(cache),
        "JAX_PLATFORMS": "cpu",
        **settings,
    }
    command = [sys.executable, "-W", "default", "-c", PROGRAM]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def programs(cache: Path) -> list[Path]:
    return sorted((cache / "compiled").glob("*lambda*-cache"))


@pytest.mark.slow
def test_a_program_is_kept_where_only_the_user_may_write(tmp_path: Path) -> None:
    assert run(tmp_path)[0] == "42\n"
    assert len(programs(tmp_path)) == 1
    assert (tmp_path / "compiled").stat().st_mode & 0o077 == 0 or os.name != "posix"
    before = programs(tmp_path)[0].stat().st_mtime_ns
    assert run(tmp_path)[0] == "42\n"
    assert [path.stat().st_mtime_ns for path in programs(tmp_path)] == [before]


@pytest.mark.slow
def test_a_damaged_program_is_one_line_and_compiled_anew(tmp_path: Path) -> None:
    run(tmp_path)
    (whole,) = programs(tmp_path)
    size = whole.stat().st_size
    os.truncate(whole, 50)
    output, errors = run(tmp_path)
    *notes, result = output.splitlines()
    assert (len(notes), result) == (1, "42")
    assert "is damaged" in notes[0]
    assert "Error reading" not in errors
    (again,) = programs(tmp_path)
    assert again.stat().st_size == pytest.approx(size, rel=0.1)
    assert run(tmp_path)[0] == "42\n"


@pytest.mark.slow
def test_a_program_that_cannot_be_opened_is_no_damage(tmp_path: Path) -> None:
    run(tmp_path)
    (program,) = programs(tmp_path)
    program.unlink()
    program.mkdir()
    output, errors = run(tmp_path)
    assert output == "42\n"
    assert "Error reading" not in errors
    assert programs(tmp_path) == [program]


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_folder_that_others_may_write_to_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "compiled").mkdir()
    (tmp_path / "compiled").chmod(0o777)
    assert run(tmp_path)[0] == "42\n"
    assert not programs(tmp_path)


@pytest.mark.slow
def test_the_settings_of_jax_win(tmp_path: Path) -> None:
    run(tmp_path, JAX_ENABLE_COMPILATION_CACHE="false")
    assert not (tmp_path / "compiled").exists()
    run(tmp_path, JAX_COMPILATION_CACHE_DIR=str(tmp_path / "elsewhere"))
    assert not (tmp_path / "compiled").exists()
    assert list((tmp_path / "elsewhere").glob("*-cache"))


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "compiled").write_text("in the way")
    assert run(tmp_path)[0] == "42\n"
