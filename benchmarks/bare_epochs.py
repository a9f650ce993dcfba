"""The compiled epoch of plain train.py and nothing else, for `benchmarks.overhead`.

    python -m benchmarks.bare_epochs DATASET NUM_EPOCHS

Says a line when an epoch is done. Shuffled orders are made before the first.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace

import jax

from aae_jax import config_for, load_dataset, train_epoch
from aae_jax.compilation import keep_compiled
from aae_jax.config import Config
from aae_jax.data import Dataset
from aae_jax.loop import first_state
from aae_jax.randomness import epoch_order, split_keys


def main(dataset: str, num_epochs: int) -> None:
    """Say a line after each epoch of the recipe `default` on a dataset."""
    keep_compiled()
    splits = load_dataset(dataset)
    config = replace(config_for("default", splits), epochs=num_epochs)
    for number, losses in enumerate(bare_epochs(config, splits.train), start=1):
        print(f"epoch {number} {losses['reconstruction'].mean():.4f}", flush=True)


def bare_epochs(config: Config, train: Dataset) -> Iterator[dict[str, jax.Array]]:
    """Train from the first state; yields the losses of each epoch, [steps] each."""
    keys, state = split_keys(config.seed), first_state(config)
    orders = [
        epoch_order(config, keys.shuffle, epoch) for epoch in range(config.epochs)
    ]
    data = jax.device_put(train)
    lowered = train_epoch.lower(config, state, data, orders[0], keys.noise)
    epoch = lowered.compile()
    for order in orders:
        state, losses = jax.block_until_ready(epoch(state, data, order, keys.noise))
        yield losses


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
