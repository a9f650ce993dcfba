"""The game of both heads, whatever the algorithm: four updates, by hand."""

from collections.abc import Callable

import numpy as np

from tests.support.reference.autoencoder import Gradients
from tests.support.reference.network import Array, Tape, backward, forward, sigmoid
from tests.support.reference.softmax import by_logits, softmax
from tests.support.reference.step import Batch, Settings, State, update

HEADS = ("style", "content")

Objective = Callable[[Settings, State, Batch], tuple[float, Gradients]]
"""Returns a loss and its derivatives by the networks that it updates."""


def play(
    settings: Settings,
    state: State,
    batch: Batch,
    reconstruct: Objective | None = None,
    generate: Objective | None = None,
) -> tuple[State, dict[str, float]]:
    """Update four times; every line reads what the line before it wrote.

    An algorithm may have a reconstruction or a generator's objective of its own.
    """
    losses = {}
    loss, gradients = (reconstruct or reconstruction)(settings, state, batch)
    losses["reconstruction"] = loss
    state = update(settings, state, "reconstruction", gradients)

    for head in HEADS:
        name = f"{head}_discriminator"
        losses[name], gradients = discrimination(settings, state, batch, head)
        state = update(settings, state, name, gradients)

    losses["generator"], gradients = (generate or generation)(settings, state, batch)
    state = update(settings, state, "generator", gradients)
    return state, losses


def reconstruction(
    settings: Settings, state: State, batch: Batch
) -> tuple[float, Gradients]:
    """L = mean (x - sigmoid(decoder(y, z / sigma)))^2, both read of the noisy x."""
    slope, decoder = settings.slope, state.networks["decoder"]
    read, encoder_tape = read_noisy(settings, state, batch)
    shown = np.hstack([read["content"], read["style"] / unit_of(settings, "style")])
    logits, decoder_tape = forward(slope, decoder, shown)
    painted = sigmoid(logits)
    d_painted = 2 * (painted - batch.images) / batch.images.size
    d_logits = d_painted * painted * (1 - painted)
    d_decoder, d_shown = backward(slope, decoder, decoder_tape, d_logits)
    K = read["content"].shape[1]
    d_read = {
        "content": d_shown[:, :K],
        "style": d_shown[:, K:] / unit_of(settings, "style"),
    }
    d_encoder = from_read(settings, state, encoder_tape, read, d_read)
    loss = np.mean((batch.images - painted) ** 2)
    return loss, {"encoder": d_encoder, "decoder": d_decoder}


def discrimination(
    settings: Settings, state: State, batch: Batch, head: str
) -> tuple[float, Gradients]:
    """L = mean -log sigmoid(D(prior)) + mean -log(1 - sigmoid(D(read))), by D alone."""
    name, draws = f"{head}_discriminator", batch.draws
    unit, D = unit_of(settings, head), state.networks[name]
    read, _ = read_noisy(settings, state, batch)
    real_blur, fake_blur = draws[f"{head}_blur"]
    real, real_tape = forward(settings.slope, D, (draws[head] + real_blur) / unit)
    fake, fake_tape = forward(settings.slope, D, (read[head] + fake_blur) / unit)
    loss = np.mean(np.logaddexp(0, -real)) + np.mean(np.logaddexp(0, fake))
    d_real, d_fake = (sigmoid(real) - 1) / len(real), sigmoid(fake) / len(fake)
    by_real, _ = backward(settings.slope, D, real_tape, d_real)
    by_fake, _ = backward(settings.slope, D, fake_tape, d_fake)
    return loss, {name: [r + f for r, f in zip(by_real, by_fake, strict=True)]}


def generation(
    settings: Settings, state: State, batch: Batch
) -> tuple[float, Gradients]:
    """L = sum over both heads of mean -log sigmoid(D(read)), by the encoder alone."""
    read, encoder_tape = read_noisy(settings, state, batch)
    loss, d_read = 0.0, {}
    for head in HEADS:
        D, unit = state.networks[f"{head}_discriminator"], unit_of(settings, head)
        shown = (read[head] + batch.draws[f"{head}_blur"][1]) / unit
        fake, tape = forward(settings.slope, D, shown)
        loss += np.mean(np.logaddexp(0, -fake))
        d_fake = (sigmoid(fake) - 1) / len(fake)
        _, d_shown = backward(settings.slope, D, tape, d_fake)
        d_read[head] = d_shown / unit
    return loss, {"encoder": from_read(settings, state, encoder_tape, read, d_read)}


def read_noisy(
    settings: Settings, state: State, batch: Batch
) -> tuple[dict[str, Array], Tape]:
    """Return style z and class probabilities y of the noisy images, and the tape."""
    noise = batch.draws["noise"].reshape(batch.images.shape)
    encoder = state.networks["encoder"]
    outputs, tape = forward(settings.slope, encoder, batch.images + noise)
    Z = batch.draws["style"].shape[1]
    return {"style": outputs[:, :Z], "content": softmax(outputs[:, Z:])}, tape


def from_read(
    settings: Settings,
    state: State,
    tape: Tape,
    read: dict[str, Array],
    d_read: dict[str, Array],
) -> list[Array]:
    """Return the derivatives by the encoder, given those by what it read."""
    d_logits = by_logits(read["content"], d_read["content"])
    d_outputs = np.hstack([d_read["style"], d_logits])
    return backward(settings.slope, state.networks["encoder"], tape, d_outputs)[0]


def unit_of(settings: Settings, head: str) -> float:
    """Return what a head is divided by before its discriminator is shown it."""
    stds = (settings.own.get(name) for name in ("style_std", "prior.std"))
    return next(std for std in stds if std) if head == "style" else 1
