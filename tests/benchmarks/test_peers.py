"""Peers of the training step: they do the same mathematics, or say why they do not."""

import os
import re
import sys
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from benchmarks.peers import settings, worker
from benchmarks.peers.ours import PARITY_STEPS, Ours, tutorial
from benchmarks.peers.problem import NETWORKS, Problem
from benchmarks.peers.processes import PeerProcess, UnavailableError
from benchmarks.peers.protocol import Task
from benchmarks.peers.settings import (
    PEERS,
    TOLERANCES,
    DisagreementError,
    choose,
    difference_of,
    num_cores,
    tasks_of,
)
from tests.support.reference import step, supervised
from tests.support.reference.adam import Optimizer

UPDATES = {
    "reconstruction": ("encoder", "decoder"),
    "discriminator": ("discriminator",),
    "generator": ("encoder",),
}
"""What each phase of the problem updates, in order."""

PEER_PYTHON = Path(os.environ.get("AAE_PEER_PYTHON", sys.executable))
"""Python of an environment with the extra `bench`, if this is none."""


@pytest.fixture(scope="module")
def ours() -> Ours:
    # Narrow networks need a higher rate for every phase to be seen in the losses.
    return Ours(tutorial(batch_size=32, hidden_dim=200, rate=5e-4), num_steps=2)


@pytest.fixture(scope="module")
def expected(ours: Ours) -> np.ndarray:
    return ours.losses()


@pytest.fixture
def path(ours: Ours, tmp_path: Path) -> Path:
    path = tmp_path / "problem.npz"
    ours.problem().save(path)
    return path


class NumPyPeer:
    """The hand-derived step as a peer."""

    version = "numpy"

    def __init__(self, problem: Problem):
        adam = Optimizer(problem.learning_rate, problem.beta1)
        self.problem = problem
        self.settings = step.Settings(
            dict.fromkeys(UPDATES, adam), problem.prior_std, slope=0, standardizes=False
        )
        networks = {name: getattr(problem, name) for name in NETWORKS}
        self.state = step.initial_state(networks, UPDATES)

    def step(self, place: int, prior: np.ndarray | None) -> list[float]:
        assert prior is not None
        rows, still = self.problem.order[place], np.zeros_like(prior)
        images, labels = self.problem.images[rows], self.problem.labels[rows]
        draws = {"noise": still, "prior_blur": still, "code_blur": still}
        batch = step.Batch(images, labels, {"prior": prior, **draws})
        self.state, losses = supervised.train_step(self.settings, self.state, batch)
        return [losses[name] for name in UPDATES]

    def finish(self, losses: list[list[float]]) -> np.ndarray:
        return np.array(losses)


@pytest.mark.slow
def test_a_problem_is_read_as_it_was_saved(ours: Ours, path: Path) -> None:
    saved, read = ours.problem(), Problem.load(path)
    for name in NETWORKS:
        arrays = zip(getattr(saved, name), getattr(read, name), strict=True)
        assert all(np.array_equal(one, other) for one, other in arrays)
    for name in ("images", "labels", "order", "priors"):
        assert np.array_equal(getattr(saved, name), getattr(read, name))
    for name in ("prior_std", "learning_rate", "beta1"):
        assert getattr(saved, name) == getattr(read, name)


@pytest.mark.slow
def test_the_problem_holds_all_that_our_losses_depend_on(
    path: Path, expected: np.ndarray
) -> None:
    problem = Problem.load(path)
    losses = worker.follow(problem, NumPyPeer(problem))
    assert losses.shape == (PARITY_STEPS, 3)
    assert difference_of(losses, expected) < TOLERANCES["float32"]


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["beta1", "learning_rate"])
def test_another_adam_is_noticed(path: Path, expected: np.ndarray, wrong: str) -> None:
    problem = Problem.load(path)
    object.__setattr__(problem, wrong, 0.8 * getattr(problem, wrong))
    losses = worker.follow(problem, NumPyPeer(problem))
    assert difference_of(losses, expected) > TOLERANCES["float32"]


@pytest.mark.slow
@pytest.mark.parametrize("name", PEERS)
def test_a_peer_agrees_with_us(name: str, path: Path, expected: np.ndarray) -> None:
    task = tasks_of(PEERS[name], path, "cpu", "float32")[0]
    try:
        with PeerProcess(PEER_PYTHON, task) as process:
            losses = process.losses()
            assert process.seconds(2) > 0
    except UnavailableError as error:
        if not re.search(r"not installed|C\+\+ compiler", str(error)):
            raise
        pytest.skip(str(error))
    assert difference_of(losses, expected) < TOLERANCES["float32"]


@pytest.mark.slow
def test_what_a_peer_lacks_is_said_in_one_line(path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"not installed.*--peer-python"):
        PeerProcess(Path(sys.executable), Task("benchmarks.peers.none", str(path), 1))
    with pytest.raises(UnavailableError, match="no-python does not start"):
        PeerProcess(Path("no-python"), Task("benchmarks.peers.none", str(path), 1))
    with pytest.raises(UnavailableError, match=r"failed: .*Peer"):
        PeerProcess(Path(sys.executable), Task("json", str(path), 1))


def test_a_peer_is_tried_with_every_setting_of_its_device() -> None:
    path, compiled = Path("problem.npz"), PEERS["torch_compiled"]
    on_cpu = tasks_of(compiled, path, "cpu", "float32")
    threads = [task.threads for task in on_cpu]
    assert threads[0] == 1 and threads[-1] == num_cores()
    assert len(set(threads)) == len(threads)
    on_gpu = tasks_of(compiled, path, "gpu", "tf32")
    assert [task.mode for task in on_gpu] == list(compiled.gpu_modes)
    assert {task.precision for task in on_gpu} == {"tf32"}


class FakeProcess:
    """A process whose steps take as long as its task says."""

    version = "fake"
    agree = True
    open: ClassVar[list[int]] = []

    def __init__(self, python: Path, task: Task):
        if task.threads == 1:
            raise UnavailableError("not with one thread")
        self.task = task
        self.open.append(task.threads)

    def losses(self) -> np.ndarray:
        return np.full((PARITY_STEPS, 3), 1 if self.agree else 1.01)

    def seconds(self, num_steps: int) -> float:
        return num_steps * abs(self.task.threads - 3)

    def close(self) -> None:
        self.open.remove(self.task.threads)


def test_the_fastest_setting_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PeerProcess", FakeProcess)
    tasks = [Task("fake", "", threads) for threads in (1, 4, 3, 2)]
    ones = np.ones((PARITY_STEPS, 3))
    chosen = choose(Path(), tasks, ones, num_steps=1)
    assert FakeProcess.open == [3] and chosen.process.task.threads == 3
    with pytest.raises(UnavailableError, match="not with one thread"):
        choose(Path(), tasks[:1], ones, num_steps=1)


def test_a_peer_that_computes_something_else_is_not_timed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "PeerProcess", FakeProcess)
    monkeypatch.setattr(FakeProcess, "agree", False)
    monkeypatch.setattr(FakeProcess, "open", [])
    with pytest.raises(DisagreementError, match="fake computes other losses"):
        choose(Path(), [Task("fake", "", 2)], np.ones((PARITY_STEPS, 3)), num_steps=1)
    assert FakeProcess.open == []
