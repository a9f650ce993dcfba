"""Our side of the comparison: the scanned epoch, and the problem that it poses."""

import time
from dataclasses import replace

import jax
import numpy as np

from aae_jax import train_epoch
from aae_jax.algorithms.recipes import TUTORIAL
from aae_jax.algorithms.supervised import Supervised
from aae_jax.core.optimizers import Adam
from aae_jax.core.phases import Tree
from aae_jax.data import pixels
from benchmarks.peers.problem import NETWORKS, Array, Network, Problem
from benchmarks.training import Training, first_state

PARITY_STEPS = 10
"""Steps that all must follow before anything is timed."""

PARITY_RATE = 1e-4
"""Learning rate of all phases. The recipe's is ten times this, and may turn rounding
into a tenth of a loss within ten steps, because Adam's first steps are signs of
gradients, however small; at this one a phase left out still changes a loss by 1 %."""

NUM_IMAGES = 10_000


def tutorial(batch_size: int, hidden_dim: int, rate: float = PARITY_RATE) -> Supervised:
    """Return the tutorial's recipe for random pictures, all phases at one rate."""
    adam = Adam(lr=rate)
    return replace(
        TUTORIAL,
        num_train=NUM_IMAGES,
        batch_size=batch_size,
        hidden_dim=hidden_dim,
        reconstruction=adam,
        discriminator=adam,
        generator=adam,
    )


class Ours:
    """The compiled epoch on random pictures, of `tutorial`'s mathematics."""

    version = f"jax {jax.__version__}"

    def __init__(self, config: Supervised, num_steps: int):
        self._config = config
        self._training = Training(config, num_steps)
        size = max(num_steps, PARITY_STEPS), config.batch_size
        rng = np.random.default_rng(0)
        self._order = rng.integers(config.num_train, size=size, dtype=np.int32)

    def problem(self) -> Problem:
        """Return the same for a peer: weights, pictures, order and samples."""
        config, key = self._config, self._training.key
        adam = config.reconstruction
        assert isinstance(adam, Adam), "the peers have Adam"
        params = jax.device_get(first_state(config).params)
        images, labels = jax.device_get(self._training.data)
        keys = [jax.random.fold_in(key, step) for step in range(PARITY_STEPS)]
        priors = [config.draw(key, config.batch_size).prior for key in keys]
        return Problem(
            **{name: arrays_of(params[name]) for name in NETWORKS},
            images=np.asarray(pixels(images)).reshape(len(images), -1),
            labels=np.eye(config.num_classes, dtype=np.float32)[labels],
            order=self._order,
            priors=np.stack(priors),
            prior_std=config.prior.std,
            learning_rate=adam.lr,
            beta1=adam.beta1,
        )

    def losses(self) -> Array:
        """Return the losses [steps, 3] of the first steps, from the first state."""
        training, state = self._training, first_state(self._config)
        order = jax.device_put(self._order[:PARITY_STEPS])
        arguments = state, training.data, order, training.key
        _, losses = train_epoch(self._config, *arguments)
        names = [phase.name for phase in self._config.phases()]
        return np.stack([losses[name] for name in names], axis=1)

    def seconds(self) -> float:
        """Return how long the steps take, from where the last ones ended."""
        began = time.perf_counter()
        self._training()
        return time.perf_counter() - began


def arrays_of(network: Tree) -> Network:
    """Return W1 b1 W2 b2 W3 b3 of a network's parameters."""
    layers = network["params"]["network"]
    parts = ("kernel", "bias")
    return [layers[name][part] for name in sorted(layers) for part in parts]
