"""Where training may stop: between epochs, and within one that takes long."""

from collections.abc import Callable
from typing import NamedTuple

from aae_jax.engine.hosts import any_process

MIN_STEPS = 2
"""Of a part: XLA compiles one step alone in another way, and last bits may differ."""


class Stop(NamedTuple):
    """When to stop before the plan ends; every process must agree.

    Attributes:
      requested: Whether this process is asked to.
      seconds: How long training may go on then: longer epochs are trained in parts.
    """

    requested: Callable[[], bool] = lambda: False
    seconds: float = float("inf")

    def is_now(self) -> bool:
        """Return whether any process is asked to stop."""
        return any_process(self.requested()) == [True]

    def num_parts(self, now: int, num_steps: int, seconds: float) -> int:
        """Return the parts of an epoch of which the last one took `seconds`.

        So many as `now`, or doubled until a part is short: there are few numbers, for
        each of which a program is compiled.
        """
        while any_process(
            seconds > now * self.seconds and num_steps >= 2 * now * MIN_STEPS
        ) == [True]:
            now *= 2
        return now
