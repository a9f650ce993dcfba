"""The compiled functions of training, and the arrays that each call of them takes."""

from collections import OrderedDict
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from aae_jax.core.config import Config
from aae_jax.core.phases import TrainState, Tree, init_state
from aae_jax.core.randomness import epoch_order, split_keys
from aae_jax.data import DatasetSplits
from aae_jax.engine.devices import put_everywhere
from aae_jax.engine.epochs import train_epoch
from aae_jax.engine.examination import examine
from aae_jax.engine.feeding import Chunk
from aae_jax.engine.seeds import Layout


class Compiled:
    """The functions of one run, or of several at once along a leading axis."""

    def __init__(self, config: Config, layout: Layout, splits: DatasetSplits):
        self._layout = layout
        self._validation = put_everywhere(splits.validation, layout.mesh)
        self._extra = put_everywhere(config.extra(splits), layout.mesh)
        keys = jax.jit(layout.each(split_keys), out_shardings=layout.states)
        self._keys = keys(layout.argument)
        init = layout.each(partial(initial_state, config))
        self._init = jax.jit(init, out_shardings=layout.states)
        order = layout.each(partial(epoch_order, config), (0, None))
        self._order = jax.jit(order, out_shardings=layout.orders)
        divide = partial(jnp.array_split, axis=-2)
        self._divide = jax.jit(divide, static_argnums=1, out_shardings=layout.orders)
        train = layout.each(partial(train_epoch, config), (0, None, 0, 0, None))
        self._train = jax.jit(train, donate_argnums=0, out_shardings=layout.states)
        validate = layout.each(partial(_validate, config), (0, None, None))
        self._validate = jax.jit(validate)
        self._examine = jax.jit(layout.each(partial(examine, config)))

    def initial_state(self) -> TrainState:
        """Return the state before the first epoch, which the seeds decide."""
        return self._init(self._layout.argument)

    def order(self, epoch: int) -> jax.Array:
        """Return the order [..., steps, B] of an epoch, counted from 0."""
        return self._order(self._keys.shuffle, epoch)

    def order_in_parts(self, epoch: int, num_parts: int) -> list[jax.Array]:
        """Return that order in parts, which differ by one step at most."""
        order = self.order(epoch)
        return [order] if num_parts == 1 else self._divide(order, num_parts)

    def train(
        self, state: TrainState, chunk: Chunk
    ) -> tuple[TrainState, dict[str, jax.Array]]:
        """Train on a chunk of an epoch: new state, and losses [..., steps] by phase.

        The state is donated.
        """
        return self._train(state, *chunk, self._keys.noise, self._extra)

    def validate(self, params: Tree) -> dict[str, np.ndarray]:
        """Return what `config.validate` says of the validation images, by name."""
        return jax.device_get(self._validate(params, *self._validation))

    def examine(self, state: TrainState) -> dict[str, np.ndarray]:
        """Return what `engine.examination.examine` finds."""
        return jax.device_get(self._examine(state))

    def compile_ahead(self, state: TrainState, shapes: list[Chunk]) -> None:
        """Compile what epochs need, so that the first one takes as long as others."""
        for chunk in shapes:
            arguments = state, *chunk, self._keys.noise, self._extra
            self._train.lower(*arguments).compile()
        self._validate.lower(state.params, *self._validation).compile()
        self._examine.lower(state).compile()


def initial_state(config: Config, seed: int | jax.Array) -> TrainState:
    """Return the state before the first step of a run from `seed`."""
    return init_state(config, split_keys(seed).init)


def _validate(
    config: Config, params: Tree, images: jax.Array, labels: jax.Array
) -> dict[str, Any]:
    """Return what `config.validate` does, in its order: jit sorts a plain dict."""
    return OrderedDict(config.validate(params, images, labels))
