"""One training step of the adversarial autoencoder in NumPy alone, derived by hand.

No autodiff, no optimizer library, float64 throughout: an independent second opinion on
`aae_jax.training`, and the whole algorithm to read in one go. Shapes: B images of
P = H * W pixels, Z latent dimensions, K classes. A name d_x is the derivative of the
loss by x.

A network is six arrays, W1 b1 W2 b2 W3 b3, and computes

    h1 = relu(x W1 + b1)    h2 = relu(h1 W2 + b2)    output = h2 W3 + b3

The discriminator calls samples of the prior real (target 1) and codes fake (target 0).
"""

from typing import NamedTuple

import numpy as np

Array = np.ndarray
Network = list[Array]
Tape = tuple[Array, Array, Array]


class Optimizer(NamedTuple):
    """How fast a phase descends, and in how many steps a cosine stops it, if any."""

    rate: float
    beta1: float
    decay_steps: int | None
    beta2: float = 0.999
    epsilon: float = 1e-8


class Settings(NamedTuple):
    """What the step depends on beside its arrays: the switches, and the three Adams."""

    prior_std: float
    standardizes: bool
    sees_label: bool
    reconstruction: Optimizer
    discrimination: Optimizer
    generation: Optimizer


class Adam(NamedTuple):
    """Running means of gradients and their squares, and the number of steps."""

    mu: list[Array]
    nu: list[Array]
    num_steps: int


class State(NamedTuple):
    """Three networks and, a phase, one Adam; the encoder is in two of them."""

    encoder: Network
    decoder: Network
    discriminator: Network
    reconstruction: Adam
    discrimination: Adam
    generation: Adam


class Batch(NamedTuple):
    """Images [B, P] in [0, 1], one-hot labels [B, K], prior and noise [B, Z]."""

    images: Array
    labels: Array
    prior: Array
    noise: Array


class Losses(NamedTuple):
    """The loss of each phase, before its own update."""

    reconstruction: float
    discriminator: float
    generator: float


def initial_state(encoder: Network, decoder: Network, discriminator: Network) -> State:
    """Return the state before the first step: every Adam starts from zeros."""

    def adam(params: list[Array]) -> Adam:
        return Adam([0 * p for p in params], [0 * p for p in params], num_steps=0)

    networks = encoder, decoder, discriminator
    return State(*networks, adam(encoder + decoder), adam(discriminator), adam(encoder))


def train_step(settings: Settings, state: State, batch: Batch) -> tuple[State, Losses]:
    """Update three times; every line reads what the line before it wrote."""
    encoder, decoder, discriminator, adam_r, adam_d, adam_g = state

    loss_r, gradients = reconstruction(encoder, decoder, batch)
    params, adam_r = descend(
        settings.reconstruction, encoder + decoder, gradients, adam_r
    )
    encoder, decoder = params[:6], params[6:]

    loss_d, gradients = discrimination(settings, encoder, discriminator, batch)
    discriminator, adam_d = descend(
        settings.discrimination, discriminator, gradients, adam_d
    )

    loss_g, gradients = generation(settings, encoder, discriminator, batch)
    encoder, adam_g = descend(settings.generation, encoder, gradients, adam_g)

    state = State(encoder, decoder, discriminator, adam_r, adam_d, adam_g)
    return state, Losses(loss_r, loss_d, loss_g)


def reconstruction(
    encoder: Network, decoder: Network, batch: Batch
) -> tuple[float, list[Array]]:
    """L = mean (x - x')^2 over B * P numbers, x' = sigmoid(decoder(y, z + noise)).

    Returns L and its derivatives by the encoder's, then the decoder's arrays.
    """
    images, labels, _, noise = batch
    mean, encoder_tape = forward(encoder, images)
    logits, decoder_tape = forward(decoder, np.hstack([labels, mean + noise]))
    painted = sigmoid(logits)
    d_painted = 2 * (painted - images) / images.size
    d_logits = d_painted * painted * (1 - painted)
    d_decoder, d_input = backward(decoder, decoder_tape, d_logits)
    d_z = d_input[:, labels.shape[1] :]
    d_encoder, _ = backward(encoder, encoder_tape, d_z)
    return np.mean((images - painted) ** 2), d_encoder + d_decoder


def discrimination(
    settings: Settings, encoder: Network, discriminator: Network, batch: Batch
) -> tuple[float, list[Array]]:
    """L = mean -log sigmoid(D(prior)) + mean -log(1 - sigmoid(D(z))), by D alone.

    The encoder is a constant here. Of a logit l, -log sigmoid(l) = log(1 + e^-l) has
    the derivative sigmoid(l) - 1, and -log(1 - sigmoid(l)) has sigmoid(l).
    """
    mean, _ = forward(encoder, batch.images)
    z = mean + batch.noise
    real, real_tape = forward(discriminator, view(settings, batch.prior, batch.labels))
    fake, fake_tape = forward(discriminator, view(settings, z, batch.labels))
    loss = np.mean(np.logaddexp(0, -real)) + np.mean(np.logaddexp(0, fake))
    by_real, _ = backward(discriminator, real_tape, (sigmoid(real) - 1) / len(real))
    by_fake, _ = backward(discriminator, fake_tape, sigmoid(fake) / len(fake))
    return loss, [r + f for r, f in zip(by_real, by_fake, strict=True)]


def generation(
    settings: Settings, encoder: Network, discriminator: Network, batch: Batch
) -> tuple[float, list[Array]]:
    """L = mean -log sigmoid(D(z)), by the encoder alone: codes pass for the prior.

    The derivative flows through the discriminator, which is a constant here.
    """
    mean, encoder_tape = forward(encoder, batch.images)
    z = mean + batch.noise
    fake, fake_tape = forward(discriminator, view(settings, z, batch.labels))
    loss = np.mean(np.logaddexp(0, -fake))
    _, d_view = backward(discriminator, fake_tape, (sigmoid(fake) - 1) / len(fake))
    d_z = d_view[:, : z.shape[1]] / (settings.prior_std if settings.standardizes else 1)
    d_encoder, _ = backward(encoder, encoder_tape, d_z)
    return loss, d_encoder


def view(settings: Settings, z: Array, labels: Array) -> Array:
    """Return what the discriminator sees: z or z / sigma, then perhaps the label."""
    seen = z / settings.prior_std if settings.standardizes else z
    return np.hstack([seen, labels]) if settings.sees_label else seen


def forward(network: Network, x: Array) -> tuple[Array, Tape]:
    """Return the output, and the tape that `backward` needs: each layer's input."""
    W1, b1, W2, b2, W3, b3 = network
    h1 = np.maximum(x @ W1 + b1, 0)
    h2 = np.maximum(h1 @ W2 + b2, 0)
    return h2 @ W3 + b3, (x, h1, h2)


def backward(
    network: Network, tape: Tape, d_output: Array
) -> tuple[list[Array], Array]:
    """Apply the chain rule: returns the derivatives by W1 b1 .. b3, and by x."""
    W1, _, W2, _, W3, _ = network
    x, h1, h2 = tape
    d_sum2 = d_output @ W3.T * (h2 > 0)
    d_sum1 = d_sum2 @ W2.T * (h1 > 0)
    layers = (x, d_sum1), (h1, d_sum2), (h2, d_output)
    d_network = [d for h, d_sum in layers for d in (h.T @ d_sum, d_sum.sum(axis=0))]
    return d_network, d_sum1 @ W1.T


def descend(
    optimizer: Optimizer, params: list[Array], gradients: list[Array], adam: Adam
) -> tuple[list[Array], Adam]:
    """Take one step of Adam with bias correction (Kingma and Ba 2015, algorithm 1)."""
    _, beta1, _, beta2, epsilon = optimizer
    rate, t = decayed_rate(optimizer, adam.num_steps), adam.num_steps + 1
    moved, mu, nu = [], [], []
    for p, g, m, v in zip(params, gradients, adam.mu, adam.nu, strict=True):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        unbiased_m, unbiased_v = m / (1 - beta1**t), v / (1 - beta2**t)
        moved.append(p - rate * unbiased_m / (np.sqrt(unbiased_v) + epsilon))
        mu.append(m)
        nu.append(v)
    return moved, Adam(mu, nu, t)


def decayed_rate(optimizer: Optimizer, num_steps: int) -> float:
    """Return the rate after `num_steps` steps: half a cosine from `rate` down to 0."""
    if optimizer.decay_steps is None:
        return optimizer.rate
    progress = min(num_steps / optimizer.decay_steps, 1)
    return optimizer.rate * (1 + np.cos(np.pi * progress)) / 2


def sigmoid(logits: Array) -> Array:
    """1 / (1 + e^-l), written so that no exponential overflows."""
    return np.exp(-np.logaddexp(0, -logits))
