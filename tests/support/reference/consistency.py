"""The consistency of what is read, by hand; its class head is the encoder's last K."""

import numpy as np

from tests.support.reference.network import Array, Tape, backward, forward
from tests.support.reference.softmax import by_logits, log_softmax, softmax
from tests.support.reference.step import Settings, State

PROBE = 0.1


def cross_entropy(
    settings: Settings, state: State, images: Array, labels: Array
) -> tuple[float, list[Array], Array]:
    """L = mean -log p(label): L, and its derivatives by the encoder and by images."""
    logits, tape = read(settings, state, images)
    one_hot = np.eye(logits.shape[1])[labels]
    loss = -np.mean(np.sum(one_hot * log_softmax(logits), axis=1))
    d_logits = (softmax(logits) - one_hot) / len(images)
    return loss, *from_logits(settings, state, tape, d_logits)


def labeled_consistency(
    settings: Settings, state: State, images: Array, labels: Array
) -> tuple[float, list[Array]]:
    """L = weight * cross-entropy, each image moved by `radius` along its derivative."""
    weight, radius = (settings.own[f"consistency.{n}"] for n in ("weight", "radius"))
    _, _, d_images = cross_entropy(settings, state, images, labels)
    moved = images + radius * normalized(d_images)
    loss, d_encoder, _ = cross_entropy(settings, state, moved, labels)
    return weight * loss, [weight * d for d in d_encoder]


def unlabeled_consistency(
    settings: Settings, state: State, images: Array, directions: Array
) -> tuple[float, list[Array]]:
    """L = rising * (weight * KL(p || p') + entropy_weight * H(p)).

    p' is read of each image moved by `radius` along the derivative of the divergence
    at a small step into `directions`; p is a constant in the divergence.
    """
    own = {name: settings.own[f"consistency.{name}"] for name in NAMES}
    num_steps = state.adams["reconstruction"].num_steps - 1
    progress = num_steps / settings.own["num_steps"]
    rising = min(1, progress / own["rise"]) if own["rise"] else 1
    logits, tape = read(settings, state, images)
    p = softmax(logits)
    probed = images + PROBE * normalized(directions)
    _, _, d_probed = divergence(settings, state, p, probed)
    moved = images + own["radius"] * normalized(d_probed)
    apart, by_divergence, _ = divergence(settings, state, p, moved)
    entropy = -np.mean(np.sum(p * log_softmax(logits), axis=1))
    d_logits = by_logits(p, -(log_softmax(logits) + 1) / len(images))
    by_entropy, _ = from_logits(settings, state, tape, d_logits)
    weight, entropy_weight = rising * own["weight"], rising * own["entropy_weight"]
    pairs = zip(by_divergence, by_entropy, strict=True)
    derivatives = [weight * d + entropy_weight * by_it for d, by_it in pairs]
    return weight * apart + entropy_weight * entropy, derivatives


NAMES = ("weight", "radius", "entropy_weight", "rise")


def divergence(
    settings: Settings, state: State, p: Array, images: Array
) -> tuple[float, list[Array], Array]:
    """L = mean KL(p || q), q read of images: L, derivatives by encoder and images."""
    logits, tape = read(settings, state, images)
    loss = np.mean(np.sum(p * (np.log(p) - log_softmax(logits)), axis=1))
    d_logits = (softmax(logits) - p) / len(images)
    return loss, *from_logits(settings, state, tape, d_logits)


def read(settings: Settings, state: State, images: Array) -> tuple[Array, Tape]:
    """Return the class logits of images, which follow z, and the tape."""
    outputs, tape = forward(settings.slope, state.networks["encoder"], images)
    return outputs[:, settings.own["latent_dim"] :], tape


def from_logits(
    settings: Settings, state: State, tape: Tape, d_logits: Array
) -> tuple[list[Array], Array]:
    """Return the derivatives by the encoder and by images, given those by logits."""
    by_style = np.zeros((len(d_logits), settings.own["latent_dim"]))
    d_outputs = np.hstack([by_style, d_logits])
    return backward(settings.slope, state.networks["encoder"], tape, d_outputs)


def normalized(noise: Array) -> Array:
    """Return noise with Euclidean length 1 per image."""
    return noise / np.linalg.norm(noise, axis=1, keepdims=True)
