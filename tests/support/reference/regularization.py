"""Both halves of the regularization phase, whatever the discriminator sees.

It calls samples of the prior real (target 1) and codes fake (target 0). Of a logit l,
-log sigmoid(l) = log(1 + e^-l) has the derivative sigmoid(l) - 1, and
-log(1 - sigmoid(l)) has sigmoid(l).
"""

import numpy as np

from tests.support.reference.network import Array, Tape, backward, forward, sigmoid
from tests.support.reference.step import Batch, Settings, State

Gradients = dict[str, list[Array]]


def discrimination(
    settings: Settings, state: State, batch: Batch
) -> tuple[float, Gradients]:
    """L = mean -log sigmoid(D(prior)) + mean -log(1 - sigmoid(D(z))), by D alone.

    The encoder is a constant here.
    """
    draws, labels = batch.draws, batch.labels
    mean, _ = forward(settings.slope, state.networks["encoder"], batch.images)
    codes = mean + draws["noise"] + draws["code_blur"]
    samples = draws["prior"] + draws["prior_blur"]
    real, real_tape = logits_of(settings, state, samples, labels)
    fake, fake_tape = logits_of(settings, state, codes, labels)
    loss = np.mean(np.logaddexp(0, -real)) + np.mean(np.logaddexp(0, fake))
    d_real, d_fake = (sigmoid(real) - 1) / len(real), sigmoid(fake) / len(fake)
    by_real, _ = from_logits(settings, state, real_tape, d_real, labels)
    by_fake, _ = from_logits(settings, state, fake_tape, d_fake, labels)
    both = [r + f for r, f in zip(by_real, by_fake, strict=True)]
    return loss, {"discriminator": both}


def generation(
    settings: Settings, state: State, batch: Batch
) -> tuple[float, Gradients]:
    """L = mean -log sigmoid(D(z)), by the encoder alone: codes pass for the prior.

    The derivative flows through the discriminator, which is a constant here.
    """
    encoder, labels = state.networks["encoder"], batch.labels
    mean, encoder_tape = forward(settings.slope, encoder, batch.images)
    codes = mean + batch.draws["noise"] + batch.draws["code_blur"]
    fake, fake_tape = logits_of(settings, state, codes, labels)
    loss = np.mean(np.logaddexp(0, -fake))
    d_fake = (sigmoid(fake) - 1) / len(fake)
    _, d_shown = from_logits(settings, state, fake_tape, d_fake, labels)
    d_z = d_shown[:, : mean.shape[1]] / settings.unit
    d_encoder, _ = backward(settings.slope, encoder, encoder_tape, d_z)
    return loss, {"encoder": d_encoder}


def logits_of(
    settings: Settings, state: State, z: Array, labels: Array
) -> tuple[Array, Tape]:
    """Return the discriminator's logits [B, 1], and the tape.

    It is shown z in its unit, then perhaps the label. Of a logit a class, the label
    picks its own.
    """
    seen = z / settings.unit
    shown = seen if settings.sees == "code" else np.hstack([seen, labels])
    outputs, tape = forward(settings.slope, state.networks["discriminator"], shown)
    if settings.sees == "label_logit":
        outputs = outputs[labels == 1][:, None]
    return outputs, tape


def from_logits(
    settings: Settings, state: State, tape: Tape, d_logits: Array, labels: Array
) -> tuple[list[Array], Array]:
    """Return the derivatives by the discriminator and by what it was shown."""
    d_outputs = labels * d_logits if settings.sees == "label_logit" else d_logits
    return backward(settings.slope, state.networks["discriminator"], tape, d_outputs)
