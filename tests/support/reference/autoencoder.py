"""The plain autoencoder, and the reconstruction phase that all others share."""

import numpy as np

from tests.support.reference.network import Array, backward, forward, sigmoid
from tests.support.reference.step import Batch, Settings, State, update

Gradients = dict[str, list[Array]]


def train_step(
    settings: Settings, state: State, batch: Batch
) -> tuple[State, dict[str, float]]:
    """Update once; the decoder is told nothing beside the code."""
    loss, gradients = reconstruction(settings, state, batch, batch.labels[:, :0])
    state = update(settings, state, "reconstruction", gradients)
    return state, {"reconstruction": loss}


def reconstruction(
    settings: Settings,
    state: State,
    batch: Batch,
    told: Array,
    shown: Array | None = None,
) -> tuple[float, Gradients]:
    """L = mean (x - x')^2 over B * P numbers, x' = sigmoid(decoder(told, z + noise)).

    Args:
      settings: Of the step.
      state: Before it.
      batch: Its images and noise.
      told: What the decoder sees before the code: [B, 0] or the labels [B, K].
      shown: What the encoder sees [B, P]; without it the images.

    Returns:
      L and its derivatives by encoder and decoder.
    """
    images, slope = batch.images, settings.slope
    encoder, decoder = state.networks["encoder"], state.networks["decoder"]
    seen = images if shown is None else shown
    mean, encoder_tape = forward(slope, encoder, seen)
    code = (mean + batch.draws["noise"]) / settings.unit
    logits, decoder_tape = forward(slope, decoder, np.hstack([told, code]))
    painted = sigmoid(logits)
    d_painted = 2 * (painted - images) / images.size
    d_logits = d_painted * painted * (1 - painted)
    d_decoder, d_shown = backward(slope, decoder, decoder_tape, d_logits)
    d_z = d_shown[:, told.shape[1] :] / settings.unit
    d_encoder, _ = backward(slope, encoder, encoder_tape, d_z)
    loss = np.mean((images - painted) ** 2)
    return loss, {"encoder": d_encoder, "decoder": d_decoder}
