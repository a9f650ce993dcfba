"""What a person sees while training: a bar on a terminal, a line an epoch elsewhere."""

import sys
import time
from collections.abc import Sequence
from typing import Any, TextIO

from tqdm import tqdm


class Progress:
    """Reports epochs to `stream`; a context that leaves the terminal tidy.

    Redirected output gets one line an epoch and no control characters.
    """

    def __init__(
        self,
        start: int,
        epochs: int,
        losses: Sequence[str],
        stream: TextIO | None = None,
    ):
        """Report on epochs after `start`, with these losses in this order."""
        self._losses = losses
        self._stream = stream or sys.stdout
        self._start, self._epochs = start, epochs
        self._began = 0.0
        self._bar = _bar(start, epochs, self._stream) if self._stream.isatty() else None

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def say(self, line: str) -> None:
        """Print a line of its own, above the bar where there is one."""
        if self._bar is not None:
            self._bar.write(line, file=self._stream)
            return
        print(line, file=self._stream, flush=True)

    def epoch(self, metrics_of_runs: Sequence[dict[str, Any]]) -> int:
        """Report a finished epoch of one run, or the mean of several, and return it.

        The first adds how long the run will take.
        """
        metrics = _mean(metrics_of_runs)
        done, summary = metrics["epoch"], _summary(metrics, self._losses)
        is_first = done == self._start + 1
        if is_first:
            self._began = time.monotonic() - metrics["seconds"]
        elapsed = time.monotonic() - self._began
        left = elapsed / (done - self._start) * (self._epochs - done)
        estimate = f"the run will take about {duration(elapsed + left)}"
        if self._bar is None:
            place = f"epoch {done:{len(str(self._epochs))}}/{self._epochs}"
            note = f" ({estimate})" if is_first else ""
            self.say(f"{place}  {summary}  {duration(left)} left{note}")
            return done
        if is_first:
            self.say(estimate)
        postfix = _short(metrics, self._losses, left)
        self._bar.set_postfix_str(postfix, refresh=False)
        self._bar.update(1)
        return done


VALIDATION = {"validation_error": "validation", "classification_error": "misread"}
"""What validation finds, in the words of the progress line."""


def _bar(start: int, epochs: int, stream: TextIO) -> tqdm:
    layout = "{n_fmt}/{total_fmt} |{bar:6}|{postfix}"
    return tqdm(
        initial=start,
        total=epochs,
        file=stream,
        dynamic_ncols=True,
        bar_format=layout,
    )


def duration(seconds: float) -> str:
    """Return a time as h:mm:ss or mm:ss."""
    return tqdm.format_interval(max(0, round(seconds)))


class Timer:
    """Tells when so many seconds have passed since it last told."""

    def __init__(self, seconds: float):
        self._seconds, self._last = seconds, time.monotonic()

    @property
    def passed(self) -> float:
        """Seconds since it last told, or since it was made."""
        return time.monotonic() - self._last

    def is_due(self) -> bool:
        """Return whether the time has passed; if so it begins anew."""
        is_due = self.passed >= self._seconds
        if is_due:
            self._last = time.monotonic()
        return is_due


def _mean(metrics_of_runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the mean numbers of runs trained at once, and all their speed."""
    first, count = metrics_of_runs[0], len(metrics_of_runs)
    means = {
        name: sum(one[name] for one in metrics_of_runs) / count
        for name, value in first.items()
        if isinstance(value, float)
    }
    speed = first["images_per_second"] * count
    return {**first, **means, "images_per_second": speed}


def _short(metrics: dict[str, Any], losses: Sequence[str], left: float) -> str:
    """Return what fits beside the bar on a terminal of 80 columns."""
    first, *others = losses
    parts = [
        f"{first[:3]} {metrics[first]:.4f}",
        *(f"{name[:3]} {metrics[name]:.2f}" for name in others),
        f"{metrics['images_per_second']:,.0f} img/s",
    ]
    return f"{duration(left)} left, {' '.join(parts)}"


def _summary(metrics: dict[str, Any], losses: Sequence[str]) -> str:
    first, *others = losses
    parts = [
        f"{first} {metrics[first]:.4f}",
        *(f"{name} {metrics[name]:.3f}" for name in others),
        *(
            f"{words} {metrics[name]:.4f}"
            for name, words in VALIDATION.items()
            if name in metrics
        ),
        f"{metrics['images_per_second']:,.0f} images/s",
    ]
    return "  ".join(parts)
