"""What a peer's process is asked for, and what the peer in it must be."""

from typing import Any, NamedTuple, Protocol

import numpy as np


class Task(NamedTuple):
    """Which peer to be, on which problem, and how."""

    module: str
    """Its `Peer` is a `Trainer` made of a Problem and this Task."""

    problem: str
    """Path of the saved Problem."""

    threads: int
    device: str = "cpu"
    """cpu or gpu."""

    precision: str = "float32"
    """float32 or tf32: how a GPU multiplies."""

    mode: str = ""
    """How the peer compiles, where it does."""


class Trainer(Protocol):
    """The training step in one library."""

    version: str

    def step(self, place: int, prior: np.ndarray | None) -> Any:
        """Take a step on the images of one place in the order.

        The samples of the prior are drawn where None is given. Returns the three
        losses, which may still be on their way.
        """

    def finish(self, losses: list[Any]) -> np.ndarray:
        """Wait until every step is done; returns the losses [steps, 3]."""


class PeerError(Exception):
    """The peer is installed and yet cannot do its task here; says why."""
