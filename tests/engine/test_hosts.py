"""Several processes as one program, on loopback, against one process."""

import signal
import socket
from pathlib import Path
from subprocess import Popen

import numpy as np
import pytest

from aae_jax.engine import hosts
from aae_jax.errors import ConfigError, LostError, RunError
from tests.support.processes import CONSTANT, SMALL, call, metrics, start, weights

# 32 steps an epoch.
PLAN = (*SMALL, *CONSTANT, "--batch-size", 44, "--run-dir", "run")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three epochs in one process."""
    folder = tmp_path_factory.mktemp("alone")
    status, _, errors = call("train", *PLAN, "--epochs", 3, cwd=folder)
    assert (status, errors) == (0, "")
    return folder / "run"


def start_all(count: int, *flags: object, cwd: Path) -> list[Popen[str]]:
    """Start a training in `count` processes that meet on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        coordinator = f"127.0.0.1:{free.getsockname()[1]}"
    meet = ("--coordinator", coordinator, "--num-processes", count)
    return [
        start("train", *flags, *meet, "--process-id", process, cwd=cwd)
        for process in range(count)
    ]


def end_all(processes: list[Popen[str]]) -> tuple[set[int], list[str], list[str]]:
    """Wait for all: their statuses, and what each said on either stream."""
    said = [process.communicate(timeout=300) for process in processes]
    outputs, errors = map(list, zip(*said, strict=True))
    assert "Traceback" not in "".join(errors), errors
    return {process.returncode for process in processes}, outputs, errors


def numbers(entry: dict) -> np.ndarray:
    return np.hstack([entry[name] for name in sorted(entry)])


@pytest.mark.slow
@pytest.mark.exhaustive
def test_two_processes_stop_and_resume_together(alone: Path, tmp_path: Path) -> None:
    processes = start_all(2, *PLAN, "--epochs", 3, cwd=tmp_path)
    first, second = processes
    assert first.stdout is not None
    while not first.stdout.readline().startswith("epoch 1/3"):
        assert first.poll() is None
    second.send_signal(signal.SIGTERM)
    statuses, (output, silence), _ = end_all(processes)
    # Of the one that was asked to stop, and of the one that stops with it.
    assert (statuses, silence) == ({143, 130}, "")
    assert "train.py --run-dir run --resume" in output
    assert len(metrics(tmp_path / "run")) < 3

    statuses, (output, silence), _ = end_all(
        start_all(2, "--run-dir", "run", "--resume", cwd=tmp_path)
    )
    assert (statuses, silence) == ({0}, "")
    assert "continuing run after epoch" in output
    expected, actual = metrics(alone), metrics(tmp_path / "run")
    assert [entry["epoch"] for entry in actual] == [1, 2, 3]
    np.testing.assert_allclose(numbers(actual[0]), numbers(expected[0]), atol=1e-5)
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(numbers(one), numbers(other), atol=1e-3)
    # One process reads what two have written.
    for one, other in zip(weights(tmp_path / "run"), weights(alone), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


@pytest.mark.slow
@pytest.mark.exhaustive
def test_four_processes_continue_the_run_of_one(alone: Path, tmp_path: Path) -> None:
    flags = (*PLAN, "--epochs", 1)
    assert call("train", *flags, cwd=tmp_path)[0] == 0
    flags = ("--run-dir", "run", "--resume", "--epochs", 2)
    statuses, (output, *silence), _ = end_all(start_all(4, *flags, cwd=tmp_path))
    assert (statuses, "".join(silence)) == ({0}, "")
    assert "continuing run after epoch 1 of 2" in output
    for one, other in zip(metrics(tmp_path / "run"), metrics(alone)[:2], strict=True):
        np.testing.assert_allclose(numbers(one), numbers(other), atol=1e-4)


@pytest.mark.slow
@pytest.mark.exhaustive
def test_eight_devices_of_one_process_equal_one(alone: Path, tmp_path: Path) -> None:
    flags = (*SMALL, *CONSTANT, "--batch-size", 48, "--run-dir", "run", "--epochs", 1)
    for folder, devices in (("one", 1), ("eight", 8)):
        (tmp_path / folder).mkdir()
        output = call("train", *flags, "--devices", devices, cwd=tmp_path / folder)[1]
        assert ("on 8 devices" in output) == (devices == 8)
    (one,), (eight,) = (metrics(tmp_path / name / "run") for name in ("one", "eight"))
    np.testing.assert_allclose(numbers(eight), numbers(one), atol=1e-5)


@pytest.mark.slow
def test_processes_with_different_flags_end_in_words(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    meet = ("--coordinator", f"127.0.0.1:{port}", "--num-processes", 2)
    statuses, _, (first, second) = end_all(
        [
            start("train", *flags, *meet, "--process-id", i, cwd=tmp_path)
            for i, flags in enumerate((PLAN, (*PLAN, "--profile")))
        ]
    )
    assert statuses == {2}
    assert "another process failed" in first
    assert "has another command line than the first one" in second
    assert not (tmp_path / "run").exists()


def test_processes_that_do_not_meet_end_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("coordinator_address should be defined.")

    monkeypatch.setattr(hosts.jax.distributed, "initialize", fail)
    with pytest.raises(RunError, match=r"do not meet .*defined.*--coordinator"):
        hosts.join(hosts.Cluster(process_id=1))


def test_one_process_decides_alone() -> None:
    assert hosts.is_first()
    assert hosts.any_process(True, False) == [True, False]
    assert hosts.first_decides(lambda: "this") == "this"
    assert hosts.together(lambda: 3) == 3
    hosts.same_everywhere("configuration", "any")
    for run in (hosts.first_decides, hosts.together):
        with pytest.raises(RunError, match="mine"):
            run(fail_with_a_mistake)


def fail_with_a_mistake() -> None:
    raise RunError("mine")


@pytest.mark.parametrize(
    ("raised", "count", "expected"),
    [
        (ValueError("UNKNOWN: Gloo AllGather failed"), 2, LostError),
        (RuntimeError("UNAVAILABLE: heartbeat timeout"), 2, LostError),
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory"), 2, RuntimeError),
        (ConfigError("no connection"), 2, ConfigError),
        (ValueError("UNKNOWN: Gloo AllGather failed"), 1, ValueError),
    ],
)
def test_the_end_of_another_process_is_told_from_mistakes(
    raised: Exception,
    count: int,
    expected: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hosts.jax, "process_count", lambda: count)
    with pytest.raises(expected) as found, hosts.noticing_losses():
        raise raised
    assert type(found.value) is expected
