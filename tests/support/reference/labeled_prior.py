"""The adversarial autoencoder with labels on its prior: three updates, by hand."""

import numpy as np

from tests.support.reference.autoencoder import reconstruction
from tests.support.reference.regularization import discrimination, generation
from tests.support.reference.step import Batch, Settings, State, update


def train_step(
    settings: Settings, state: State, batch: Batch
) -> tuple[State, dict[str, float]]:
    """Update three times; every line reads what the line before it wrote.

    The adversary sees a larger batch, and its labels of K + 1 entries.
    """
    losses = {}
    settings = settings._replace(sees="label")
    both, B = with_labeled(batch), len(batch.images)
    first = batch._replace(draws={"noise": batch.draws["noise"][:B]})
    losses["reconstruction"], gradients = reconstruction(
        settings, state, first, told=batch.images[:, :0], shown=both.images[:B]
    )
    state = update(settings, state, "reconstruction", gradients)

    losses["discriminator"], gradients = discrimination(settings, state, both)
    state = update(settings, state, "discriminator", gradients)

    losses["generator"], gradients = generation(settings, state, both)
    state = update(settings, state, "generator", gradients)
    return state, losses


def with_labeled(batch: Batch) -> Batch:
    """Return noisy images and draws [2B, ...]: without labels, then the labeled ones.

    The last of K + 1 entries says "no label". A labeled code's counterpart is the
    sample of its own label's component.
    """
    draws, labeled = batch.draws, batch.labeled
    chosen = draws["labeled"].astype(int)
    labels, B = labeled.labels[chosen], len(chosen)
    K = draws["given"].shape[1]
    whose = np.eye(K + 1)[np.append(np.full(B, K), labels)]
    own = draws["given"][np.arange(B), labels]
    images = np.vstack([batch.images, labeled.images[chosen]])
    return Batch(
        images=images + draws["input_noise"].reshape(images.shape),
        labels=whose,
        draws={**draws, "prior": np.vstack([draws["prior"], own])},
    )
