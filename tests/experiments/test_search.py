"""The search: which trial comes next, how it is judged, and that it goes on."""

import json
from pathlib import Path

import pytest

from aae_jax import config_for, load_dataset
from aae_jax.commands.request import parse
from experiments.search import __main__ as search
from experiments.search.halving import RUNGS, SPACE, Rung, flags_of, next_trial
from experiments.search.judging import GOALS, WORST, score_of


def test_settings_can_be_parsed_and_each_is_another() -> None:
    settings = [flags_of(number) for number in range(RUNGS[0].num_settings)]
    assert len({*settings}) == len(settings)
    base = config_for("default", load_dataset("digits"))
    some = settings[:8]
    assert len({parse([*flags]).over(base) for flags in some}) == len(some)
    first = dict(zip(flags_of(0)[::2], flags_of(0)[1::2], strict=True))
    assert first == {flag: values[0] for flag, values in SPACE.items()}


def test_the_best_go_on_and_nothing_is_done_twice() -> None:
    log: list[dict] = []
    while (trial := next_trial(log)) is not None:
        log.append({**trial._asdict(), "score": trial.setting + trial.seed / 10})
    counts = [
        len([entry for entry in log if entry["minutes"] == rung.minutes])
        for rung in RUNGS
    ]
    assert counts == [rung.num_settings * rung.num_seeds for rung in RUNGS]
    last = {entry["setting"] for entry in log if entry["minutes"] == RUNGS[-1].minutes}
    assert last == {56, 57, 58, 59}


def test_a_score_is_the_share_of_the_way() -> None:
    before, aims = ({name: pair[i] for name, pair in GOALS.items()} for i in (0, 1))
    assert score_of(before) == pytest.approx(0)
    assert score_of(aims) == pytest.approx(1)
    better = score_of({**aims, "leakage.mlp": 0.1})
    assert better == pytest.approx(1), "more than is aimed at counts for no other goal"
    lost = score_of({**aims, "leakage.mlp": None})
    assert lost == pytest.approx((len(GOALS) - 1 + WORST) / len(GOALS))


@pytest.mark.slow
def test_a_search_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("experiments.search.halving.RUNGS", (Rung(1e-4, 2),))
    monkeypatch.setattr(search, "relative_time", lambda *_: 1.0)
    monkeypatch.setattr(search, "measured", lambda config, _: {"leakage.mlp": 0.2})
    log = tmp_path / "log.jsonl"
    flags = ["--dataset", "digits", "--log", str(log), "--hours", "1"]
    assert search.main(flags) == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["setting"] for line in lines] == [0, 1]
    log.write_text(log.read_text().splitlines()[0] + "\n")
    assert search.main(flags) == 0
    assert [json.loads(line) for line in log.read_text().splitlines()] == lines
    assert "| 0.0001 | 0 |" in capsys.readouterr().out
