"""One training step of the adversarial autoencoder in NumPy alone, derived by hand.

No autodiff, no optimizer library, float64 throughout: an independent second opinion on
`aae_jax.training`, and the whole algorithm to read in one go. Shapes: B images of
P = H * W pixels, Z latent dimensions, K classes. A name d_x is the derivative of the
loss by x.

A network is six arrays, W1 b1 W2 b2 W3 b3, and computes

    h1 = relu(x W1 + b1)    h2 = relu(h1 W2 + b2)    output = h2 W3 + b3

where relu(s) is s for s > 0 and `slope` times s elsewhere, which is 0 if ReLU is meant.
The discriminator calls samples of the prior real (target 1) and codes fake (target 0).
"""

from typing import NamedTuple

import numpy as np

Array = np.ndarray
Network = list[Array]
Tape = tuple[Array, Array, Array]


class Optimizer(NamedTuple):
    """How fast a phase descends, and in how many steps it warms up and is stopped."""

    rate: float
    beta1: float
    decay_steps: int | None
    warmup_steps: int
    held_steps: int
    beta2: float = 0.999
    epsilon: float = 1e-8


class Agreement(NamedTuple):
    """The style agreement: its weight, how many codes it paints as what, its end."""

    weight: float
    image_shape: tuple[int, int]
    num_codes: int
    faded_at_step: float


class Settings(NamedTuple):
    """What the step depends on beside its arrays: the switches, and the three Adams."""

    prior_std: float
    slope: float
    decoder_standardizes: bool
    decoder_sees_label: bool
    standardizes: bool
    sees_label: bool
    projects: bool
    reconstruction: Optimizer
    discrimination: Optimizer
    generation: Optimizer
    agreement: Agreement | None = None


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
    """Images [B, P] in [0, 1], one-hot labels [B, K], and draws [B, Z].

    Draws: of the prior, of the noise on the codes, and of what blurs prior and codes
    before the discriminator.
    """

    images: Array
    labels: Array
    prior: Array
    noise: Array
    prior_blur: Array
    code_blur: Array


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

    loss_r, gradients = reconstruction(
        settings, encoder, decoder, batch, adam_r.num_steps
    )
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
    settings: Settings,
    encoder: Network,
    decoder: Network,
    batch: Batch,
    num_steps: int,
) -> tuple[float, list[Array]]:
    """L = mean (x - x')^2 over B * P numbers, x' = sigmoid(decoder(y, z + noise)).

    And the style agreement, if any. Returns L and its derivatives by the encoder and
    then by the decoder.
    """
    images, slope = batch.images, settings.slope
    mean, encoder_tape = forward(slope, encoder, images)
    scale = settings.prior_std if settings.decoder_standardizes else 1
    labels = batch.labels if settings.decoder_sees_label else batch.labels[:, :0]
    shown = np.hstack([labels, (mean + batch.noise) / scale])
    logits, decoder_tape = forward(slope, decoder, shown)
    painted = sigmoid(logits)
    d_painted = 2 * (painted - images) / images.size
    d_logits = d_painted * painted * (1 - painted)
    d_decoder, d_shown = backward(slope, decoder, decoder_tape, d_logits)
    d_z = d_shown[:, labels.shape[1] :] / scale
    d_encoder, _ = backward(slope, encoder, encoder_tape, d_z)
    loss = np.mean((images - painted) ** 2)
    if settings.agreement:
        codes = (mean + batch.noise) / scale
        term, by_term = agreement(settings.agreement, slope, decoder, codes, num_steps)
        d_decoder = [d + by_it for d, by_it in zip(d_decoder, by_term, strict=True)]
        loss += term
    return loss, d_encoder + d_decoder


def agreement(
    asked: Agreement, slope: float, decoder: Network, codes: Array, num_steps: int
) -> tuple[float, list[Array]]:
    """L = weight * (1 - mean over k != l of <u_k, u_l>), by the decoder alone.

    M codes are painted as each class k; c_k [M, 4] are the deviations of the ink in
    each quarter of a painting from their mean, and u_k = c_k / sqrt(<c_k, c_k> + 1e-8).
    With s = sum of u_k, the mean is (<s, s> - K) / (K (K - 1)), whose derivative by u_k
    is 2 s / (K (K - 1)).
    """
    weight = asked.weight * max(0, 1 - num_steps / asked.faded_at_step)
    K, M = len(decoder[0]) - codes.shape[1], min(asked.num_codes, len(codes))
    shown = [np.hstack([np.tile(row, (M, 1)), codes[:M]]) for row in np.eye(K)]
    logits, tape = forward(slope, decoder, np.vstack(shown))
    painted, quarter = sigmoid(logits), quarters(*asked.image_shape)
    ink = (painted @ quarter).reshape(K, M, -1)
    c = ink - ink.mean(axis=1, keepdims=True)
    lengths = np.sqrt(np.sum(c**2, axis=(1, 2), keepdims=True) + 1e-8)
    u = c / lengths
    s = u.sum(axis=0)
    disagreement = 1 - (np.sum(s**2) - K) / (K * (K - 1))
    d_u = np.broadcast_to(-2 * s / (K * (K - 1)), u.shape)
    d_c = (d_u - u * np.sum(d_u * u, axis=(1, 2), keepdims=True)) / lengths
    d_ink = weight * (d_c - d_c.mean(axis=1, keepdims=True))
    d_painted = d_ink.reshape(K * M, -1) @ quarter.T
    d_logits = d_painted * painted * (1 - painted)
    by_decoder, _ = backward(slope, decoder, tape, d_logits)
    return weight * disagreement, by_decoder


def quarters(height: int, width: int) -> Array:
    """Return A [P, 4] such that painted @ A is the mean ink of each quarter.

    An odd side has a blank pixel added to its end.
    """

    def halves(side: int) -> Array:
        half = (side + 1) // 2
        return np.eye(2)[np.arange(side) // half] / half

    return np.kron(halves(height), halves(width))


def discrimination(
    settings: Settings, encoder: Network, discriminator: Network, batch: Batch
) -> tuple[float, list[Array]]:
    """L = mean -log sigmoid(D(prior)) + mean -log(1 - sigmoid(D(z))), by D alone.

    The encoder is a constant here. Of a logit l, -log sigmoid(l) = log(1 + e^-l) has
    the derivative sigmoid(l) - 1, and -log(1 - sigmoid(l)) has sigmoid(l).
    """
    _, labels, prior, noise, prior_blur, code_blur = batch
    mean, _ = forward(settings.slope, encoder, batch.images)
    codes = mean + noise + code_blur
    real, real_tape = judge(settings, discriminator, prior + prior_blur, labels)
    fake, fake_tape = judge(settings, discriminator, codes, labels)
    loss = np.mean(np.logaddexp(0, -real)) + np.mean(np.logaddexp(0, fake))
    d_real, d_fake = (sigmoid(real) - 1) / len(real), sigmoid(fake) / len(fake)
    by_real, _ = judged(settings, discriminator, real_tape, d_real, labels)
    by_fake, _ = judged(settings, discriminator, fake_tape, d_fake, labels)
    return loss, [r + f for r, f in zip(by_real, by_fake, strict=True)]


def generation(
    settings: Settings, encoder: Network, discriminator: Network, batch: Batch
) -> tuple[float, list[Array]]:
    """L = mean -log sigmoid(D(z)), by the encoder alone: codes pass for the prior.

    The derivative flows through the discriminator, which is a constant here.
    """
    mean, encoder_tape = forward(settings.slope, encoder, batch.images)
    codes = mean + batch.noise + batch.code_blur
    fake, fake_tape = judge(settings, discriminator, codes, batch.labels)
    loss = np.mean(np.logaddexp(0, -fake))
    d_fake = (sigmoid(fake) - 1) / len(fake)
    _, d_view = judged(settings, discriminator, fake_tape, d_fake, batch.labels)
    d_z = d_view[:, : mean.shape[1]]
    d_z = d_z / (settings.prior_std if settings.standardizes else 1)
    d_encoder, _ = backward(settings.slope, encoder, encoder_tape, d_z)
    return loss, d_encoder


def judge(
    settings: Settings, discriminator: Network, z: Array, labels: Array
) -> tuple[Array, Tape]:
    """Return logits [B, 1] of what the discriminator sees, and the tape.

    It sees z or z / sigma, then perhaps the label. Where it projects, the label picks
    one of its K outputs.
    """
    seen = z / settings.prior_std if settings.standardizes else z
    shown = np.hstack([seen, labels]) if settings.sees_label else seen
    outputs, tape = forward(settings.slope, discriminator, shown)
    if settings.projects:
        outputs = outputs[labels == 1][:, None]
    return outputs, tape


def judged(
    settings: Settings,
    discriminator: Network,
    tape: Tape,
    d_logits: Array,
    labels: Array,
) -> tuple[list[Array], Array]:
    """Return the derivatives of `judge` by the discriminator and by what it saw."""
    d_outputs = labels * d_logits if settings.projects else d_logits
    return backward(settings.slope, discriminator, tape, d_outputs)


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


def descend(
    optimizer: Optimizer, params: list[Array], gradients: list[Array], adam: Adam
) -> tuple[list[Array], Adam]:
    """Take one step of Adam with bias correction (Kingma and Ba 2015, algorithm 1)."""
    beta1, beta2, epsilon = optimizer.beta1, optimizer.beta2, optimizer.epsilon
    rate, t = planned_rate(optimizer, adam.num_steps), adam.num_steps + 1
    moved, mu, nu = [], [], []
    for p, g, m, v in zip(params, gradients, adam.mu, adam.nu, strict=True):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        unbiased_m, unbiased_v = m / (1 - beta1**t), v / (1 - beta2**t)
        moved.append(p - rate * unbiased_m / (np.sqrt(unbiased_v) + epsilon))
        mu.append(m)
        nu.append(v)
    return moved, Adam(mu, nu, t)


def planned_rate(optimizer: Optimizer, num_steps: int) -> float:
    """Return the rate after `num_steps` steps: held, then half a cosine down to 0.

    While it warms up, only so much of it as steps have begun of the warm-up's.
    """
    rate, _, decay_steps, warmup_steps, held_steps, *_ = optimizer
    if decay_steps is not None:
        progress = max(num_steps - held_steps, 0) / (decay_steps - held_steps)
        rate *= (1 + np.cos(np.pi * min(progress, 1))) / 2
    return rate * min((num_steps + 1) / warmup_steps, 1) if warmup_steps else rate


def sigmoid(logits: Array) -> Array:
    """1 / (1 + e^-l), written so that no exponential overflows."""
    return np.exp(-np.logaddexp(0, -logits))
