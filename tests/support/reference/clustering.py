"""The clustering adversarial autoencoder: four updates, no label."""

from tests.support.reference.autoencoder import Gradients
from tests.support.reference.consistency import unlabeled_consistency
from tests.support.reference.step import Batch, Settings, State
from tests.support.reference.two_heads import generation, play


def train_step(
    settings: Settings, state: State, batch: Batch
) -> tuple[State, dict[str, float]]:
    """Update four times; every line reads what the line before it wrote."""
    return play(settings, state, batch, generate=consistent_generation)


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
