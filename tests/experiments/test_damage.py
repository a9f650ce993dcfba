"""Damaged files and shortages: some of each end well, and bad ends are told apart."""

from pathlib import Path

import pytest

from aae_jax.errors import RunError
from experiments.damage import files, shortages


@pytest.mark.parametrize(
    ("made", "said", "end"),
    [
        (b"new", "", "right"),
        (b"old", "checkpoint 1 is used", "older checkpoint"),
        (b"old", "", "silently wrong"),
        (b"other", "checkpoint 1 is used", "silently wrong"),
        (RunError("Do this."), "", "refused"),
        (RunError("one\ntwo"), "", "traceback"),
        (KeyError("x"), "", "traceback"),
    ],
)
def test_ends_are_told_apart(made: object, said: str, end: str) -> None:
    assert files.end_of(made, said, [b"new", b"old"]) == end


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return files.trained(tmp_path_factory.mktemp("damage"))


@pytest.mark.slow
@pytest.mark.exhaustive
# Orbax leaves event loops behind where it failed, which are told when they are freed.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_sample_of_a_damaged_run_is_right_or_said(sound: Path) -> None:
    right = files.expected(sound, "sample")
    assert len({*right}) == 2
    ends = {}
    for name in ("checksums/metadata", "params/manifest.ocdbt", "training/_METADATA"):
        case = "removed", Path("checkpoints", "2", name), "sample"
        ends[name] = files.tried(sound, case, right, 0)
    assert [*ends.values()] == ["older checkpoint", "older checkpoint", "right"]
    case = "emptied", Path("codes.npz"), "sample"
    assert files.tried(sound, case, right, 0) == "refused"


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.filterwarnings("ignore:Error .* persistent compilation cache")
def test_a_training_short_of_something_ends_in_one_line_and_goes_on(
    tmp_path: Path,
) -> None:
    chosen = ("disk full while metrics", "disk full while figures", "no locks")
    short = [one for one in shortages.SHORTAGES if one.name.startswith(chosen)]
    ends = shortages.all_tried(tmp_path, short)
    assert [end for _, end in ends] == [*[shortages.ONE_LINE] * 2, shortages.WENT_ON]
