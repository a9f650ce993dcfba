"""The supervised adversarial autoencoder: the decoder is told the label."""

from tests.support.reference.agreement import agreement_term
from tests.support.reference.autoencoder import Gradients, reconstruction
from tests.support.reference.regularization import discrimination, generation
from tests.support.reference.step import Batch, Settings, State, update


def train_step(
    settings: Settings, state: State, batch: Batch
) -> tuple[State, dict[str, float]]:
    """Update three times; every line reads what the line before it wrote."""
    losses = {}
    losses["reconstruction"], gradients = agreeing_reconstruction(
        settings, state, batch
    )
    state = update(settings, state, "reconstruction", gradients)

    losses["discriminator"], gradients = discrimination(settings, state, batch)
    state = update(settings, state, "discriminator", gradients)

    losses["generator"], gradients = generation(settings, state, batch)
    state = update(settings, state, "generator", gradients)
    return state, losses


def agreeing_reconstruction(
    settings: Settings, state: State, batch: Batch
) -> tuple[float, Gradients]:
    """Return the reconstruction's loss and derivatives, and the agreement's, if any."""
    loss, gradients = reconstruction(settings, state, batch, batch.labels)
    if not settings.agreement:
        return loss, gradients
    term, by_term = agreement_term(settings, settings.agreement, state, batch)
    pairs = zip(gradients["decoder"], by_term, strict=True)
    return loss + term, {**gradients, "decoder": [d + by_it for d, by_it in pairs]}
