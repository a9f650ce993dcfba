"""The adversarial autoencoder without labels."""

from tests.support.reference.autoencoder import reconstruction
from tests.support.reference.regularization import discrimination, generation
from tests.support.reference.step import Batch, Settings, State, update


def train_step(
    settings: Settings, state: State, batch: Batch
) -> tuple[State, dict[str, float]]:
    """Update three times; every line reads what the line before it wrote."""
    losses = {}
    unlabelled = batch._replace(labels=batch.labels[:, :0])

    losses["reconstruction"], gradients = reconstruction(
        settings, state, unlabelled, told=unlabelled.labels
    )
    state = update(settings, state, "reconstruction", gradients)

    losses["discriminator"], gradients = discrimination(settings, state, unlabelled)
    state = update(settings, state, "discriminator", gradients)

    losses["generator"], gradients = generation(settings, state, unlabelled)
    state = update(settings, state, "generator", gradients)
    return state, losses
