"""A few random inputs of each quick kind end well, and bad ends are told apart."""

from pathlib import Path

import numpy as np
import pytest

from aae_jax.errors import DataError
from experiments.fuzz import __main__ as fuzz

QUICK = [kind for kind in fuzz.KINDS if "sample" not in kind and "direct" not in kind]


@pytest.mark.parametrize("kind", QUICK)
def test_random_input_is_taken_or_refused(kind: str) -> None:
    ends = {fuzz.tried(kind, 0, index) for index in range(12)}
    assert ends <= {"taken", "refused"}


@pytest.mark.parametrize(
    ("raised", "end"),
    [
        (DataError("Do this."), "refused"),
        (SystemExit(2), "refused"),
        (DataError(""), "traceback"),
        (SystemExit(1), "traceback"),
        (KeyError("x"), "traceback"),
    ],
)
def test_errors_are_refusals_if_they_say_what_to_do(
    raised: BaseException, end: str
) -> None:
    def give(rng: np.random.Generator, folder: Path) -> bool:
        raise raised

    rng = np.random.default_rng(0)
    assert fuzz.ended(give, rng, Path()) == end
    assert fuzz.ended(lambda rng, folder: False, rng, Path()) == "silently wrong"
