"""How a command ends: in one plain line after a mistake, with a status."""

import sys
from collections.abc import Callable, Sequence

import pytest

from aae_jax.commands import console
from aae_jax.commands.console import run_command
from aae_jax.errors import RunError


def fail(argv: Sequence[str]) -> int:
    raise RunError("it was this; do that")


def miss(argv: Sequence[str]) -> int:
    raise FileNotFoundError(2, "No such file", "there")


def interrupt(argv: Sequence[str]) -> int:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("main", "status", "line"),
    [
        (lambda argv: 0, 0, ""),
        (lambda argv: 130, 130, ""),
        (fail, 2, "error: it was this; do that\n"),
        (miss, 2, "error: [Errno 2] No such file: 'there'\n"),
        (interrupt, 130, "interrupted\n"),
    ],
)
def test_mistakes_end_in_one_plain_line(
    main: Callable[[Sequence[str]], int],
    status: int,
    line: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(console, "end_now", sys.exit)
    with pytest.raises(SystemExit) as stopped:
        run_command(main)
    assert stopped.value.code == status
    assert capsys.readouterr().err == line


def test_a_mistake_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        run_command(lambda argv: 1 // 0)
