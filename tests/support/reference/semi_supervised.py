"""The semi-supervised adversarial autoencoder: the game, then the labels, by hand."""

from tests.support.reference.autoencoder import Gradients
from tests.support.reference.consistency import (
    cross_entropy,
    labeled_consistency,
    unlabeled_consistency,
)
from tests.support.reference.step import Batch, Settings, State, update
from tests.support.reference.two_heads import play


def train_step(
    settings: Settings, state: State, batch: Batch
) -> tuple[State, dict[str, float]]:
    """Update five times; every line reads what the line before it wrote."""
    state, losses = play(settings, state, batch)
    losses["classification"], gradients = classification(settings, state, batch)
    state = update(settings, state, "classification", gradients)
    return state, losses


def classification(
    settings: Settings, state: State, batch: Batch
) -> tuple[float, Gradients]:
    """L = cross-entropy of the labeled images, and both halves of the consistency."""
    draws, labeled = batch.draws, batch.labeled
    drawn = draws["labeled"].astype(int)
    B = len(drawn)
    images = labeled.images[drawn] + draws["labeled_noise"].reshape(B, -1)
    labels = labeled.labels[drawn]
    unlabeled = batch.images + draws["noise"].reshape(B, -1)
    directions = draws["directions"].reshape(B, -1)
    terms = [cross_entropy(settings, state, images, labels)[:2]]
    terms.append(labeled_consistency(settings, state, images, labels))
    terms.append(unlabeled_consistency(settings, state, unlabeled, directions))
    losses, derivatives = zip(*terms, strict=True)
    return sum(losses), {"encoder": [sum(d) for d in zip(*derivatives, strict=True)]}
