"""The compiled epoch on random pictures, which most benchmarks time."""

from functools import partial

import jax
import numpy as np

from aae_jax import Config, train_epoch
from aae_jax.core.phases import TrainState
from aae_jax.core.randomness import split_keys
from aae_jax.data import Dataset
from aae_jax.engine.compiled import initial_state


class Training:
    """Steps of the compiled epoch, called again and again.

    Attributes:
      data: Random pictures and labels, on the device.
      order: The images of each batch: [steps, B], of several seeds [seeds, steps, B].
      key: Of the noise.
      state: After the last call.
      losses: Of the last call: [steps] by phase, or [seeds, steps].
    """

    def __init__(self, config: Config, num_steps: int, num_seeds: int = 1):
        size = num_seeds, num_steps, config.batch_size
        order = np.random.default_rng(0).integers(config.num_train, size=size)
        seeds = np.arange(config.seed, config.seed + num_seeds, dtype=np.uint32)
        start, epoch = partial(_start, config), partial(train_epoch, config)
        if num_seeds == 1:
            order, seeds = order[0], seeds[0]
        else:
            start, epoch = jax.vmap(start), jax.vmap(epoch, (0, None, 0, 0))
        self.data = jax.device_put(random_pictures(config))
        self.order = jax.device_put(order.astype(np.int32))
        self.state, self.key = jax.jit(start)(seeds)
        self.losses: dict[str, jax.Array] = {}
        arguments = self.state, self.data, self.order, self.key
        self._epoch = jax.jit(epoch, donate_argnums=0).lower(*arguments).compile()

    def __call__(self) -> None:
        """Take the steps from where the last call ended, and wait for them."""
        found = self._epoch(self.state, self.data, self.order, self.key)
        self.state, self.losses = jax.block_until_ready(found)

    @property
    def xla_flops(self) -> float | None:
        """What XLA counts in one step, if it does: of a loop it counts the body."""
        return (self._epoch.cost_analysis() or {}).get("flops")


def random_pictures(config: Config) -> Dataset:
    """Return as many random pictures as a config trains on, on the host."""
    shape = config.num_train, *config.image_shape
    images = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    labels = np.arange(config.num_train, dtype=np.int32) % config.num_classes
    return Dataset(images, labels)


def first_state(config: Config) -> TrainState:
    """Return the state before the first step, which the seed decides."""
    return jax.jit(partial(initial_state, config))(np.uint32(config.seed))


def _start(config: Config, seed: jax.Array) -> tuple[TrainState, jax.Array]:
    return initial_state(config, seed), split_keys(seed).noise
