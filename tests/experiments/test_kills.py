"""A killed training is resumed to the same, and what is not the same is noticed."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from experiments.kills.__main__ import WELL, finish, tried
from experiments.kills.compared import differences


@pytest.mark.slow
@pytest.mark.exhaustive
def test_killed_and_resumed_is_the_same_and_differences_are_noticed(
    tmp_path: Path,
) -> None:
    assert finish(tmp_path / "one seed", "one seed", tmp_path / "cache") == ""
    for moment in ("checkpoint", "resuming"):
        rng = np.random.default_rng(0)
        trial = tried(tmp_path / moment, "one seed", moment, rng)
        assert trial["hits"] and trial["end"] == WELL, trial
    run, other = tmp_path / "checkpoint" / "run", tmp_path / "one seed" / "run"
    (run / "figures" / "losses.png").write_bytes(b"half")
    shutil.rmtree(run / "checkpoints" / "4")
    (first, *_) = (run / "metrics.jsonl").read_text().splitlines()
    with (run / "metrics.jsonl").open("a") as file:
        file.write(json.dumps(json.loads(first)) + "\n")
    names = ("checkpoints", "states", "metrics", "files")
    assert differences(run, other) == [f"other {name}" for name in names]
