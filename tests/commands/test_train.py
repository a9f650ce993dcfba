"""`train.py` end to end, as a user runs it: in processes of their own."""

import json
import signal
from pathlib import Path

import numpy as np
import pytest

from tests.support.marks import EXHAUSTIVE
from tests.support.processes import CONSTANT, ROOT, SMALL, call, metrics, start, weights

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of six epochs with constant rates, trained without interruption."""
    folder = tmp_path_factory.mktemp("finished")
    run = folder / "run"
    flags = (*SMALL, *CONSTANT, "--epochs", 6, "--run-dir", "run")
    status, output, errors = call("train", *flags, cwd=folder)
    assert status == 0, errors
    assert errors == ""
    lines = output.splitlines()
    assert sum(line.startswith("epoch ") for line in lines) == 6
    assert all(line.isprintable() for line in lines)
    assert lines[-2:] == [
        "style grid: run/figures/style_grid.png",
        f"sample more: python {ROOT / 'sample.py'} --run-dir run",
    ]
    return run


def test_a_run_holds_all_that_it_promises(finished: Path) -> None:
    names = {path.name for path in finished.iterdir()}
    assert names >= {"config.json", "origin.json", "environment.json", "metrics.jsonl"}
    figures = {path.name for path in (finished / "figures").iterdir()}
    assert figures == {
        "style_grid.png",
        "reconstructions.png",
        "posterior.png",
        "losses.png",
    }
    config = json.loads((finished / "config.json").read_text())
    assert config["image_shape"] == [8, 8, 1]
    assert (config["num_classes"], config["epochs"]) == (10, 6)
    assert (config["format"], config["algorithm"]) == (2, "supervised")
    recorded = metrics(finished)
    assert [entry["epoch"] for entry in recorded] == [1, 2, 3, 4, 5, 6]
    assert len(recorded[0]["code_mean"]) == config["latent_dim"]
    assert recorded[-1]["validation_error"] < recorded[0]["validation_error"]
    (first,) = json.loads((finished / "environment.json").read_text())
    assert first["packages"]["jax"] and first["devices"]


def test_events_of_a_run_are_read_back(finished: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(finished / "events")).Reload()
    recorded = [entry["generator"] for entry in metrics(finished)]
    scalars = [event.value for event in events.Scalars("loss/generator")]
    np.testing.assert_allclose(scalars, recorded, rtol=1e-6)
    tags = events.Tags()
    assert set(tags["histograms"]) == {"latent/codes", "latent/prior"}
    assert set(tags["images"]) == {"images/reconstructions", "images/style_grid"}


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(signal.SIGINT, marks=EXHAUSTIVE),
        pytest.param(signal.SIGKILL, marks=EXHAUSTIVE),
    ],
)
def test_interrupted_and_resumed_equals_uninterrupted(
    finished: Path, tmp_path: Path, number: signal.Signals
) -> None:
    # Who is killed, or stops within an epoch, has what was saved before; who stops with
    # the epoch saves at once.
    often = 3600 if number == signal.SIGINT else 0
    parts = ("--stop-seconds", 0) if number == signal.SIGTERM else ()
    flags = (*SMALL, *CONSTANT, *parts, "--epochs", 6, "--run-dir", "run")
    process = start("train", *flags, "--checkpoint-seconds", often, cwd=tmp_path)
    assert process.stdout is not None
    while not process.stdout.readline().startswith("epoch 3/6"):
        assert process.poll() is None
    process.send_signal(number)
    output, _ = process.communicate(timeout=120)
    if number != signal.SIGKILL:
        assert process.returncode == 128 + number
        assert f"{ROOT / 'train.py'} --run-dir run --resume" in output
    resume = ("--run-dir", "run", "--resume")
    status, output, errors = call("train", *resume, cwd=tmp_path)
    assert status == 0, errors
    assert "continuing run after epoch" in output
    assert metrics(tmp_path / "run") == metrics(finished)
    for left, right in zip(weights(tmp_path / "run"), weights(finished), strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.mark.exhaustive
def test_constant_rates_may_be_extended_as_if_planned(
    finished: Path, tmp_path: Path
) -> None:
    flags = (*SMALL, *CONSTANT, "--epochs", 3, "--run-dir", "run")
    assert call("train", *flags, cwd=tmp_path)[0] == 0
    extend = ("--run-dir", "run", "--resume", "--epochs", 6)
    status, output, _ = call("train", *extend, cwd=tmp_path)
    assert status == 0
    assert "continuing run after epoch 3 of 6" in output
    assert metrics(tmp_path / "run") == metrics(finished)


def test_a_run_without_a_checkpoint_starts_at_epoch_0(
    finished: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for name in ("config.json", "origin.json", "environment.json", "metrics.jsonl"):
        (run / name).write_bytes((finished / name).read_bytes())
    status, output, _ = call("train", "--run-dir", run, "--resume", cwd=tmp_path)
    assert status == 0
    assert "no finished checkpoint: starting at epoch 0" in output
    assert metrics(run) == metrics(finished)


def test_a_finished_run_says_so(finished: Path) -> None:
    before = (finished / "metrics.jsonl").read_bytes()
    resume = ("--run-dir", "run", "--resume")
    status, output, _ = call("train", *resume, cwd=finished.parent)
    assert status == 0
    assert output == "run is finished: all its 6 epochs are trained\n"
    assert (finished / "metrics.jsonl").read_bytes() == before


def test_auto_falls_back_and_says_how_to_insist(tmp_path: Path) -> None:
    flags = ("--epochs", 1, "--hidden-dim", 16, "--data-dir", tmp_path / "nothing")
    status, output, errors = call("train", *flags, cwd=tmp_path)
    assert (status, errors) == (0, "")
    assert output.count("--dataset mnist") == 1
    (run,) = (tmp_path / "runs").iterdir()
    assert run.name.startswith("digits-default-")
