"""Dimensionality reduction: the decoder sees W y + z, by hand."""

import numpy as np

from tests.support.reference.autoencoder import Gradients
from tests.support.reference.network import backward, forward, sigmoid
from tests.support.reference.semi_supervised import classification
from tests.support.reference.step import Array, Batch, Settings, State, update
from tests.support.reference.two_heads import from_read, play, read_noisy


def train_step(
    settings: Settings, state: State, batch: Batch
) -> tuple[State, dict[str, float]]:
    """Update five times; every line reads what the line before it wrote."""
    state, losses = play(settings, state, batch, reconstruct=reconstruction)
    losses["classification"], gradients = classification(settings, state, batch)
    state = update(settings, state, "classification", gradients)
    return state, losses


def reconstruction(
    settings: Settings, state: State, batch: Batch
) -> tuple[float, Gradients]:
    """L = mean (x - sigmoid(decoder((W y + z) / s)))^2 + weight * nearness(W)."""
    slope, decoder = settings.slope, state.networks["decoder"]
    (W,) = state.networks["heads"]
    read, encoder_tape = read_noisy(settings, state, batch)
    code = read["content"] @ W + read["style"]
    logits, decoder_tape = forward(slope, decoder, code / settings.scale)
    painted = sigmoid(logits)
    d_painted = 2 * (painted - batch.images) / batch.images.size
    d_logits = d_painted * painted * (1 - painted)
    d_decoder, d_shown = backward(slope, decoder, decoder_tape, d_logits)
    d_code = d_shown / settings.scale
    d_read = {"content": d_code @ W.T, "style": d_code}
    d_encoder = from_read(settings, state, encoder_tape, read, d_read)
    cost, d_W = nearness(W, settings.own["head_distance"])
    weight = settings.own["head_weight"]
    d_heads = [read["content"].T @ d_code + weight * d_W]
    loss = np.mean((batch.images - painted) ** 2) + weight * cost
    return loss, {"encoder": d_encoder, "decoder": d_decoder, "heads": d_heads}


def nearness(heads: Array, distance: float) -> tuple[float, Array]:
    """L = mean over pairs of max(0, 1 - |w_i - w_j| / distance)^2, and by W."""
    loss, d_W, pairs = 0.0, np.zeros_like(heads), 0
    for i in range(len(heads)):
        for j in range(i):
            apart = heads[i] - heads[j]
            length = np.linalg.norm(apart)
            short = max(0.0, 1 - length / distance)
            loss += short**2
            d_W[i] -= 2 * short / distance * apart / length
            d_W[j] += 2 * short / distance * apart / length
            pairs += 1
    return loss / pairs, d_W / pairs
