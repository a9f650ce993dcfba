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
    untold = batch.images[:, :0]
    losses["reconstruction"], gradients = reconstruction(settings, state, batch, untold)
    state = update(settings, state, "reconstruction", gradients)

    both = with_labeled(batch)
    losses["discriminator"], gradients = discrimination(settings, state, both)
    state = update(settings, state, "discriminator", gradients)

    losses["generator"], gradients = generation(settings, state, both)
    state = update(settings, state, "generator", gradients)
    return state, losses


def with_labeled(batch: Batch) -> Batch:
    """Return the images and draws [2B, ...] of the adversary: no label's, then labels'.

    The last of K + 1 entries says "no label". A labeled code's counterpart is the
    sample of its own label's component.
    """
    draws, labeled = batch.draws, batch.labeled
    chosen = draws["labeled"].astype(int)
    labels, B = labeled.labels[chosen], len(chosen)
    K = draws["given"].shape[1]
    whose = np.eye(K + 1)[np.append(np.full(B, K), labels)]
    own = draws["given"][np.arange(B), labels]
    return Batch(
        images=np.vstack([batch.images, labeled.images[chosen]]),
        labels=whose,
        draws={
            **draws,
            "prior": np.vstack([draws["prior"], own]),
            "noise": np.vstack([draws["noise"], draws["labeled_noise"]]),
        },
    )
