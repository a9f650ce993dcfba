"""What an epoch came to, but for what a clock measured."""

from typing import Any

CLOCK = ("images_per_second", "seconds")


def untimed(metrics: dict[str, Any]) -> dict[str, Any]:
    """The metrics that the same training has again."""
    return {name: value for name, value in metrics.items() if name not in CLOCK}
