"""The clustering adversarial autoencoder: four updates, no label."""

from tests.support.reference.autoencoder import Gradients
from tests.support.reference.consistency import unlabeled_consistency
from tests.support.reference.step import Batch, Settings, State, update
from tests.support.reference.two_heads import (
    HEADS,
    discrimination,
    generation,
    reconstruction,
)


def train_step(
    settings: Settings, state: State, batch: Batch
) -> tuple[State, dict[str, float]]:
    """Update four times; every line reads what the line before it wrote."""
    loss, gradients = reconstruction(settings, state, batch)
    state = update(settings, state, "reconstruction", gradients)
    return find_clusters(settings, state, batch, {"reconstruction": loss})


def find_clusters(
    settings: Settings, state: State, batch: Batch, losses: dict[str, float]
) -> tuple[State, dict[str, float]]:
    """Update three times after the reconstruction, whose loss is in `losses`."""
    for head in HEADS:
        name = f"{head}_discriminator"
        losses[name], gradients = discrimination(settings, state, batch, head)
        state = update(settings, state, name, gradients)

    losses["generator"], gradients = consistent_generation(settings, state, batch)
    state = update(settings, state, "generator", gradients)
    return state, losses


def consistent_generation(
    settings: Settings, state: State, batch: Batch
) -> tuple[float, Gradients]:
    """Return the generator's loss and derivatives with those of the consistency."""
    loss, gradients = generation(settings, state, batch)
    shape = batch.images.shape
    images = batch.images + batch.draws["noise"].reshape(shape)
    directions = batch.draws["directions"].reshape(shape)
    term, by_term = unlabeled_consistency(settings, state, images, directions)
    pairs = zip(gradients["encoder"], by_term, strict=True)
    return loss + term, {"encoder": [d + by_it for d, by_it in pairs]}
