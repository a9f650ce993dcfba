"""A signal as a wish, and again as an order."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from aae_jax.commands.console import status_of
from aae_jax.commands.interrupts import ORDERS, interruptible
from aae_jax.commands.train import repeated

HEARD = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1]


@pytest.mark.parametrize("number", HEARD)
def test_the_first_signal_is_a_wish(
    number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(number)
    with interruptible("USR1") as interrupt:
        assert not interrupt.requested
        signal.raise_signal(number)
        assert interrupt.requested
        assert status_of(interrupt.number) == 128 + number
        assert "stopping at the end of this epoch" in capfd.readouterr().err
        if number not in ORDERS:
            signal.raise_signal(number)
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("number", ORDERS)
@pytest.mark.parametrize("first", HEARD)
def test_the_second_one_may_be_an_order(number: int, first: int) -> None:
    with pytest.raises(KeyboardInterrupt) as raised, interruptible("USR1"):
        signal.raise_signal(first)
        signal.raise_signal(number)
    assert raised.value.args == (number,)


def test_what_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible() as interrupt:
            signal.raise_signal(signal.SIGINT)
        assert not interrupt.requested
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_thread_has_no_handler() -> None:
    def requested() -> bool:
        with interruptible() as interrupt:
            return interrupt.requested

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(requested).result() is False


@pytest.mark.parametrize(
    ("saved", "back"), [(0, "the start"), (6, "the checkpoint of epoch 6")]
)
def test_a_run_that_stops_within_an_epoch_says_what_it_repeats(
    saved: int, back: str
) -> None:
    assert repeated(done=8, saved=saved, seconds=75) == (
        f"stopped within epoch 9: continuing goes back to {back} and repeats 01:15 of "
        "training"
    )
