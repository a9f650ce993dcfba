"""Ctrl-C as a wish, and again as an order."""

import signal

import pytest

from aae_jax.commands.interrupts import SIGNALS, interruptible


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_a_wish_and_the_second_an_order(
    number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), interruptible() as interrupt:
        assert not interrupt.requested
        signal.raise_signal(number)
        assert interrupt.requested
        assert "stopping at the end of this epoch" in capfd.readouterr().err
        signal.raise_signal(number)
    assert signal.getsignal(number) is before
