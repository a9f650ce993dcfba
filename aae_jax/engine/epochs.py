"""The one compiled function of training: an epoch is a scan of `train_step`."""

from functools import partial
from typing import Any

import jax

from aae_jax.core.config import Config
from aae_jax.core.phases import TrainState, train_step
from aae_jax.data import Dataset


@partial(jax.jit, static_argnames="config", donate_argnames="state")
def train_epoch(
    config: Config,
    state: TrainState,
    data: Dataset,
    order: jax.Array,
    key: jax.Array,
    extra: Any = (),
) -> tuple[TrainState, dict[str, jax.Array]]:
    """Scan `train_step` over one epoch; the one compiled function of training.

    Args:
      config: Static; one compilation a config.
      state: Donated: its buffers are reused, so it must not be read afterwards.
      data: images [N, H, W, C] uint8 and labels [N] int32, on the device; or of an
        epoch in chunks, the images of `order` alone.
      order: Indices into the data of the images of each batch: [steps, B].
      key: Of the noise; step s draws from `fold_in(key, s)`, so resuming is exact.
      extra: What `config.extra` returned, on the device.

    Returns:
      The new state and the loss of each phase, each [steps].

    Raises:
      ValueError: The data is not what the config says.
    """
    _check_data(config, data, order)

    def step(
        state: TrainState, indices: jax.Array
    ) -> tuple[TrainState, dict[str, jax.Array]]:
        draws = config.draw(jax.random.fold_in(key, state.step), indices.shape[0])
        batch = config.batch(data, indices, extra)
        return train_step(config, state, batch, draws)

    return jax.lax.scan(step, state, order)


def _check_data(config: Config, data: Dataset, order: jax.Array) -> None:
    is_chunk = data.images.shape[0] == order.size
    num_images = order.size if is_chunk else config.num_train
    expected = (num_images, *config.image_shape)
    if data.images.ndim == 3:
        raise ValueError(
            f"images must be [N, H, W, C], not {list(data.images.shape)}: give them "
            "their channel with images[..., None]"
        )
    if data.images.shape != expected or data.labels.shape != expected[:1]:
        raise ValueError(
            f"the config is for images {expected}, not {data.images.shape} with labels "
            f"{data.labels.shape}: make it with aae_jax.config_for(recipe, splits)"
        )
