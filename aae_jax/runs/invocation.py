"""The commands that messages print: such that they exist where they are printed."""

import shlex
import shutil
import sys
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent.parent


def command(name: str, *arguments: str | Path) -> str:
    """Return the command line that runs `train`, `sample` or `evaluate`, to be copied.

    The script of a checkout, else the entry point of the installed package where the
    shell finds it, else the module.
    """
    return shlex.join([*_program(name), *map(str, arguments)])


def _program(name: str) -> list[str]:
    python = "python" if shutil.which("python") else sys.executable
    script = _CHECKOUT / f"{name}.py"
    if script.is_file() and (_CHECKOUT / "pyproject.toml").is_file():
        is_below = script.is_relative_to(Path.cwd())
        return [python, str(script.relative_to(Path.cwd()) if is_below else script)]
    if shutil.which(f"aae-{name}"):
        return [f"aae-{name}"]
    return [python, "-m", f"aae_jax.commands.{name}"]
