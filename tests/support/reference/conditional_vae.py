"""The conditional variational autoencoder: one phase, by hand."""

import numpy as np

from tests.support.reference.network import backward, forward, sigmoid
from tests.support.reference.step import Batch, Settings, State, update


def train_step(
    settings: Settings, state: State, batch: Batch
) -> tuple[State, dict[str, float]]:
    """L = mean over B of sum BCE(l, x) + sum (m^2 + v - 1 - log v) / 2.

    The encoder gives m and log v, the decoder the logits l of (y, m + noise sqrt(v)).
    By l, BCE(l, x) = log(1 + e^l) - x l has the derivative sigmoid(l) - x.
    """
    images, noise, slope = batch.images, batch.draws["noise"], settings.slope
    encoder, decoder = state.networks["encoder"], state.networks["decoder"]
    outputs, encoder_tape = forward(slope, encoder, images)
    mean, log_variance = np.split(outputs, 2, axis=1)
    deviation = np.exp(log_variance / 2)
    shown = np.hstack([batch.labels, mean + noise * deviation])
    logits, decoder_tape = forward(slope, decoder, shown)
    bits = np.sum(np.logaddexp(0, logits) - images * logits)
    divergence = np.sum(mean**2 + deviation**2 - 1 - log_variance) / 2
    B = len(images)
    d_logits = (sigmoid(logits) - images) / B
    d_decoder, d_shown = backward(slope, decoder, decoder_tape, d_logits)
    d_z = d_shown[:, batch.labels.shape[1] :]
    d_mean = d_z + mean / B
    d_log_variance = d_z * noise * deviation / 2 + (deviation**2 - 1) / (2 * B)
    d_outputs = np.hstack([d_mean, d_log_variance])
    d_encoder, _ = backward(slope, encoder, encoder_tape, d_outputs)
    gradients = {"encoder": d_encoder, "decoder": d_decoder}
    state = update(settings, state, "negative_elbo", gradients)
    return state, {"negative_elbo": float(bits + divergence) / B}
