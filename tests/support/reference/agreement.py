"""The style agreement, by the decoder alone."""

import numpy as np

from tests.support.reference.network import Array, Network, backward, forward, sigmoid
from tests.support.reference.step import Agreement, Batch, Settings, State


def agreement_term(
    settings: Settings, asked: Agreement, state: State, batch: Batch
) -> tuple[float, list[Array]]:
    """L = weight * disagreement of the first codes, and its derivatives.

    The weight falls linearly to 0; the codes are constants.
    """
    num_steps = state.adams["reconstruction"].num_steps
    weight = asked.weight * max(0, 1 - num_steps / asked.faded_at_step)
    mean, _ = forward(settings.slope, state.networks["encoder"], batch.images)
    codes = (mean + batch.draws["noise"])[: asked.num_codes] / settings.unit
    decoder = state.networks["decoder"]
    value, d_decoder = disagreement(settings.slope, decoder, codes, asked.image_shape)
    return weight * value, [weight * d for d in d_decoder]


def disagreement(
    slope: float, decoder: Network, codes: Array, image_shape: tuple[int, int, int]
) -> tuple[float, list[Array]]:
    """1 - mean over k != l of <u_k, u_l>, and its derivatives by the decoder.

    M codes are painted as each class k; c_k are the deviations of the ink in each
    quarter of a painting from their mean, and u_k = c_k / sqrt(<c_k, c_k> + 1e-8).
    With s = sum of u_k, the mean is (<s, s> - K) / (K (K - 1)), whose derivative by u_k
    is 2 s / (K (K - 1)).
    """
    M, Z = codes.shape
    K = decoder[0].shape[0] - Z
    shown = [np.hstack([np.tile(row, (M, 1)), codes]) for row in np.eye(K)]
    logits, tape = forward(slope, decoder, np.vstack(shown))
    painted, quarter = sigmoid(logits), quarters(*image_shape)
    ink = (painted @ quarter).reshape(K, M, -1)
    c = ink - ink.mean(axis=1, keepdims=True)
    lengths = np.sqrt(np.sum(c**2, axis=(1, 2), keepdims=True) + 1e-8)
    u = c / lengths
    s = u.sum(axis=0)
    d_u = np.broadcast_to(-2 * s / (K * (K - 1)), u.shape)
    d_c = (d_u - u * np.sum(d_u * u, axis=(1, 2), keepdims=True)) / lengths
    d_ink = d_c - d_c.mean(axis=1, keepdims=True)
    d_painted = d_ink.reshape(K * M, -1) @ quarter.T
    d_decoder, _ = backward(slope, decoder, tape, d_painted * painted * (1 - painted))
    return 1 - (np.sum(s**2) - K) / (K * (K - 1)), d_decoder


def quarters(height: int, width: int, channels: int) -> Array:
    """Return A [P, 4 C] such that painted @ A is the mean ink of each quarter.

    An odd side has a blank pixel added to its end.
    """

    def halves(side: int) -> Array:
        half = (side + 1) // 2
        return np.eye(2)[np.arange(side) // half] / half

    return np.kron(np.kron(halves(height), halves(width)), np.eye(channels))
