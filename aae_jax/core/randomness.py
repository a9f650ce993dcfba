"""All randomness of a run: one root key, named streams, and nothing to save.

The key of an epoch or a step is computed from its number, so a run that is resumed
draws what it would have drawn.
"""

from typing import Any, NamedTuple

import jax


class Keys(NamedTuple):
    """The named random streams of a run."""

    init: jax.Array
    shuffle: jax.Array
    noise: jax.Array
    figures: jax.Array


def split_keys(seed: int | jax.Array) -> Keys:
    """Split one root key into the streams of a run; nothing of them is ever saved."""
    return Keys(*jax.random.split(jax.random.key(seed), len(Keys._fields)))


def epoch_order(config: Any, key: jax.Array, epoch: int) -> jax.Array:
    """Return the shuffled indices [steps, B] of one epoch.

    A full permutation each epoch; the remainder that fills no batch is dropped, another
    one each time.
    """
    order = jax.random.permutation(jax.random.fold_in(key, epoch), config.num_train)
    kept = config.steps_per_epoch * config.batch_size
    return order[:kept].reshape(config.steps_per_epoch, config.batch_size)
