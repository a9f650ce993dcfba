"""Progress: a line an epoch when redirected, a bar on a terminal."""

import io

import pytest

from aae_jax.reporting import Progress, duration


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


def report(stream: io.StringIO, epochs: range, total: int) -> str:
    with Progress(epochs.start - 1, total, stream) as progress:
        for epoch in epochs:
            progress.epoch([metrics(epoch)])
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
