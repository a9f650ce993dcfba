"""Our side of the comparison: the scanned epoch, and the problem that it poses."""

import time
from dataclasses import replace

import jax
import numpy as np

from aae_jax.config import Config
from aae_jax.data import Dataset
from aae_jax.loop import LOSSES, first_state
from aae_jax.randomness import draw, split_keys
from aae_jax.recipes import TUTORIAL
from aae_jax.state import Tree
from aae_jax.training import train_epoch
from benchmarks.peers.problem import Array, Network, Problem

PARITY_STEPS = 10
"""Steps that all must follow before anything is timed."""

PARITY_RATE = 1e-4
"""Learning rate of all phases. The recipe's is ten times this, and may turn rounding
into a tenth of a loss within ten steps, because Adam's first steps are signs of
gradients, however small; at this one a phase left out still changes a loss by 1 %."""

NUM_IMAGES = 10_000


def tutorial(batch_size: int, hidden_dim: int, rate: float = PARITY_RATE) -> Config:
    """Return the tutorial's recipe for random pictures, all phases at one rate."""
    return replace(
        TUTORIAL,
        num_train=NUM_IMAGES,
        batch_size=batch_size,
        hidden_dim=hidden_dim,
        reconstruction_lr=rate,
        discriminator_lr=rate,
        generator_lr=rate,
    )


class Ours:
    """The compiled epoch on random pictures, of `tutorial`'s mathematics."""

    version = f"jax {jax.__version__}"

    def __init__(self, config: Config, num_steps: int):
        rng = np.random.default_rng(seed=0)
        shape = config.num_train, *config.image_shape
        images = rng.integers(0, 256, shape, dtype=np.uint8)
        labels = np.arange(config.num_train, dtype=np.int32) % config.num_classes
        size = max(num_steps, PARITY_STEPS), config.batch_size
        order = rng.integers(config.num_train, size=size, dtype=np.int32)
        self._config, self._num_steps = config, num_steps
        self._data, self._order = jax.device_put((Dataset(images, labels), order))
        self._key = split_keys(config.seed).noise
        self._state = first_state(config)

    def problem(self) -> Problem:
        """Return the same for a peer: weights, pictures, order and samples."""
        config, params = self._config, first_state(self._config).params
        images, labels = jax.device_get(self._data)
        keys = [jax.random.fold_in(self._key, step) for step in range(PARITY_STEPS)]
        priors = [draw(config, key, config.batch_size).prior for key in keys]
        return Problem(
            encoder=arrays_of(params.encoder),
            decoder=arrays_of(params.decoder),
            discriminator=arrays_of(params.discriminator),
            images=images.reshape(len(images), -1).astype(np.float32) / 255,
            labels=np.eye(config.num_classes, dtype=np.float32)[labels],
            order=np.asarray(self._order),
            priors=np.stack(priors),
            prior_std=config.prior_std,
            learning_rate=config.reconstruction_lr,
            beta1=config.reconstruction_beta1,
        )

    def losses(self) -> Array:
        """Return the losses [steps, 3] of the first steps, from the first state."""
        order = self._order[:PARITY_STEPS]
        state = first_state(self._config)
        _, losses = train_epoch(self._config, state, self._data, order, self._key)
        return np.stack([losses[name] for name in LOSSES], axis=1)

    def seconds(self) -> float:
        """Return how long `num_steps` steps take, from where the last ones ended."""
        order = self._order[: self._num_steps]
        jax.block_until_ready(order)
        began = time.perf_counter()
        self._state, _ = jax.block_until_ready(
            train_epoch(self._config, self._state, self._data, order, self._key)
        )
        return time.perf_counter() - began


def arrays_of(network: Tree) -> Network:
    """Return W1 b1 W2 b2 W3 b3 of a network's parameters."""
    layers = network["params"]["network"]
    return [
        np.asarray(layers[name][part])
        for name in sorted(layers)
        for part in ("kernel", "bias")
    ]
