"""A network of two hidden layers, forward and backward.

A network is six arrays, W1 b1 W2 b2 W3 b3, and computes

    h1 = relu(x W1 + b1)    h2 = relu(h1 W2 + b2)    output = h2 W3 + b3

where relu(s) is s for s > 0 and `slope` times s elsewhere, which is 0 if ReLU is meant.
"""

import numpy as np

Array = np.ndarray
Network = list[Array]
Tape = tuple[Array, Array, Array]


def forward(slope: float, network: Network, x: Array) -> tuple[Array, Tape]:
    """Return the output, and the tape that `backward` needs: each layer's input."""
    W1, b1, W2, b2, W3, b3 = network
    s1 = x @ W1 + b1
    h1 = np.where(s1 > 0, s1, slope * s1)
    s2 = h1 @ W2 + b2
    h2 = np.where(s2 > 0, s2, slope * s2)
    return h2 @ W3 + b3, (x, h1, h2)


def backward(
    slope: float, network: Network, tape: Tape, d_output: Array
) -> tuple[list[Array], Array]:
    """Apply the chain rule: returns the derivatives by W1 b1 .. b3, and by x."""
    W1, _, W2, _, W3, _ = network
    x, h1, h2 = tape
    d_sum2 = d_output @ W3.T * np.where(h2 > 0, 1, slope)
    d_sum1 = d_sum2 @ W2.T * np.where(h1 > 0, 1, slope)
    layers = (x, d_sum1), (h1, d_sum2), (h2, d_output)
    d_network = [d for h, d_sum in layers for d in (h.T @ d_sum, d_sum.sum(axis=0))]
    return d_network, d_sum1 @ W1.T


def sigmoid(logits: Array) -> Array:
    """1 / (1 + e^-l), written so that no exponential overflows."""
    return np.exp(-np.logaddexp(0, -logits))
