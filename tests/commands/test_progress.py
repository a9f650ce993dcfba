"""Progress: a line an epoch when redirected, a bar on a terminal."""

import io
from collections.abc import Sequence

import pytest

from aae_jax.commands import progress
from aae_jax.commands.progress import Progress, Timer, duration


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def metrics(epoch: int) -> dict[str, float]:
    return {
        "epoch": epoch,
        "reconstruction": 0.0123,
        "discriminator": 1.386,
        "generator": 0.693,
        "validation_error": 0.0145,
        "images_per_second": 28_000.0,
        "seconds": 2.0,
    }


LOSSES = ["reconstruction", "discriminator", "generator"]


def report(
    stream: io.StringIO, epochs: range, total: int, losses: Sequence[str] = LOSSES
) -> str:
    with Progress(epochs.start - 1, total, losses, stream) as shown:
        for epoch in epochs:
            assert shown.epoch([metrics(epoch)]) == epoch
    return stream.getvalue()


def test_redirected_output_is_one_plain_line_an_epoch() -> None:
    text = report(io.StringIO(), range(1, 4), 20)
    lines = text.splitlines()
    assert len(lines) == 3
    assert all(character.isprintable() for line in lines for character in line)
    for part in (
        "epoch  2/20",
        "0.0123",
        "1.386",
        "0.693",
        "0.0145",
        "28,000 images/s",
    ):
        assert part in lines[1]
    assert " left" in lines[1]


def test_losses_are_those_of_the_algorithm_in_their_order() -> None:
    (line,) = report(io.StringIO(), range(1, 2), 20, LOSSES[::-1]).splitlines()
    places = [line.index(name) for name in [*LOSSES[::-1], "validation"]]
    assert places == sorted(places)
    (line,) = report(io.StringIO(), range(1, 2), 20, LOSSES[:1]).splitlines()
    assert "reconstruction 0.0123  validation 0.0145" in line


def test_several_runs_are_reported_by_their_means_and_the_speed_of_all() -> None:
    stream = io.StringIO()
    other = {**metrics(1), "generator": 0.893, "validation_error": 0.0155}
    with Progress(0, 9, LOSSES, stream) as shown:
        shown.epoch([metrics(1), other])
    for part in ("generator 0.793", "validation 0.0150", "56,000 images/s"):
        assert part in stream.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_only_the_first_epoch_says_how_long_the_run_will_take(stream: type) -> None:
    text = report(stream(), range(1, 4), 31)
    assert text.count("the run will take about") == 1
    assert "the run will take about 01:02" in text


def test_a_terminal_gets_a_bar_with_losses_speed_and_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = report(Terminal(), range(6, 8), 10)
    last = text.rstrip().split("\r")[-1]
    for part in ("7/10", "left", "0.0123", "1.39", "0.69", "28,000 img/s"):
        assert part in last
    assert len(last) <= 80


def test_durations_read_as_a_clock() -> None:
    assert duration(62.4) == "01:02"
    assert duration(3723) == "1:02:03"
    assert duration(-0.2) == "00:00"


def test_a_timer_tells_once_each_time_that_it_has_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    timer = Timer(10)
    told = []
    for seconds in (9, 1, 9, 2, 30):
        now[0] += seconds
        told.append(timer.is_due())
    assert told == [False, True, False, True, True]
    assert Timer(0).is_due()
