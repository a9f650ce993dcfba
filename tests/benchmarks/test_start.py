"""What the benchmarks of start and overhead rest on: clocks, turns, equal work."""

import json
import os
import subprocess
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from aae_jax import Config
from aae_jax.data import DatasetSplits
from aae_jax.engine.trainer import make_trainer
from aae_jax.runs.folder import write_config
from benchmarks.bare_epochs import bare_epochs
from benchmarks.overhead import BARE, WHOLE, commands
from benchmarks.overhead_parts import time_parts
from benchmarks.processes import Finished, Line, Stepped, random_dataset, run
from benchmarks.start import first_step_seconds, stage_seconds

posix = pytest.mark.skipif(os.name != "posix", reason="processes are stopped by POSIX")

COUNTER = """
import itertools, pathlib, sys, time
for number in itertools.count(1):
    pathlib.Path(sys.argv[1]).write_text(str(number))
    print("epoch", number)
    time.sleep(0.01)
"""


def test_every_line_has_the_time_at_which_it_came(tmp_path: Path) -> None:
    program = "import time; print('a'); time.sleep(0.5); print('b')"
    finished = run(["-c", program], tmp_path, tmp_path)
    first, second = finished.lines
    assert (first.text, second.text) == ("a", "b")
    assert second.seconds - first.seconds > 0.4
    assert finished.seconds > second.seconds > first.seconds > 0


def test_a_process_that_fails_is_an_error_that_says_why(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        run(["-c", "raise SystemExit('no such luck')"], tmp_path, tmp_path)
    assert "no such luck" in caught.value.output


@posix
def test_a_stepped_process_runs_only_in_its_turn(tmp_path: Path) -> None:
    names = ("one", "other")
    with ExitStack() as stack:
        processes = {
            name: stack.enter_context(Stepped(["-c", COUNTER, name], tmp_path))
            for name in names
        }

        def counts() -> dict[str, int]:
            return {name: int((tmp_path / name).read_text()) for name in names}

        for process in processes.values():
            process.advance()
        before = counts()
        time.sleep(0.3)
        assert counts() == before
        for _ in range(5):
            processes["one"].advance()
        assert counts()["one"] >= before["one"] + 4
        assert counts()["other"] == before["other"]


@posix
def test_a_stepped_process_that_ends_early_is_an_error(tmp_path: Path) -> None:
    with (
        Stepped(["-c", "print('enough')"], tmp_path) as process,
        pytest.raises(subprocess.CalledProcessError) as caught,
    ):
        process.advance()
    assert caught.value.output == "enough"


def test_the_first_step_ended_one_step_into_the_epoch(
    tmp_path: Path, tutorial: Config
) -> None:
    # Five steps of 2 s and half a second of validation, said at second 20.
    write_config(tmp_path, tutorial)
    rate = tutorial.batch_size / 2.0
    metrics = {"epoch": 1, "seconds": 10.5, "images_per_second": rate}
    (tmp_path / "metrics.jsonl").write_text(json.dumps(metrics) + "\n")
    finished = Finished(25.0, [Line(1.0, "training"), Line(20.0, "epoch 1/1")])
    assert first_step_seconds(finished, tmp_path) == pytest.approx(20 - 10.5 + 2)


def test_stages_follow_one_another() -> None:
    lines = [Line(0.5, "a"), Line(2.0, "b"), Line(2.25, "c")]
    stages = stage_seconds(Finished(3.0, lines))
    assert stages == {"... a": 0.5, "... b": 1.5, "... c": 0.25}


@pytest.mark.slow
def test_the_stages_are_those_up_to_the_compiled_epoch(tmp_path: Path) -> None:
    random_dataset(tmp_path / "pictures.npz", 300)
    arguments = ["-m", "benchmarks.start_stages", "pictures.npz"]
    names = [line.text for line in run(arguments, tmp_path, tmp_path).lines]
    assert names[0] == "start Python"
    assert names[-1].startswith("trace and compile the epoch")
    assert len(set(names)) == len(names)


@pytest.mark.slow
def test_the_bare_epoch_does_what_training_does(
    tutorial: Config, splits: DatasetSplits
) -> None:
    config = replace(tutorial, epochs=2)
    trainer = make_trainer(config, [config.seed], splits)
    trained = trainer.epochs(trainer.initial_state(), 0)
    for (epoch,), losses in zip(trained, bare_epochs(config, splits), strict=True):
        for name, loss in losses.items():
            assert epoch.metrics[name] == pytest.approx(float(loss.mean()), rel=1e-4)


def test_all_ways_train_on_the_same_for_as_long() -> None:
    ways = commands("mnist", 7)
    assert ways[BARE][-2:] == ["mnist", "7"]
    for name in ways.keys() - {BARE}:
        assert ways[name][1:5] == ["--dataset", "mnist", "--epochs", "7"]
    assert "--checkpoint-seconds" not in ways[WHOLE]


@pytest.mark.slow
def test_every_part_of_the_overhead_is_really_done(
    tmp_path: Path, default: Config, splits: DatasetSplits
) -> None:
    parts = time_parts(default, splits, tmp_path, 2)
    assert all(len(seconds) == 2 and (seconds > 0).all() for seconds in parts.values())
    saved = {path.name for path in (tmp_path / "checkpoints").iterdir()}
    assert {"1", "2", "3"} <= saved
    (events,) = (tmp_path / "events").iterdir()
    assert events.read_bytes().count(b"images/style_grid") == 3
