"""The compiled epoch of plain train.py and nothing else, for `benchmarks.overhead`.

    python -m benchmarks.bare_epochs DATASET NUM_EPOCHS

Says a line when an epoch is done. Shuffled orders are made before the first.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace

import jax

from aae_jax import Config, config_for, load_dataset
from aae_jax.data import DatasetSplits
from aae_jax.engine.compilation import keep_compiled
from aae_jax.engine.trainer import make_trainer


def main(dataset: str, num_epochs: int) -> None:
    """Say a line after each epoch of the recipe `default` on a dataset."""
    keep_compiled()
    splits = load_dataset(dataset)
    config = replace(config_for("default", splits), epochs=num_epochs)
    for number, losses in enumerate(bare_epochs(config, splits), start=1):
        print(f"epoch {number} {losses['reconstruction'].mean():.4f}", flush=True)


def bare_epochs(config: Config, splits: DatasetSplits) -> Iterator[dict]:
    """Train from the first state; yields the losses of each epoch, [steps] each."""
    trainer = make_trainer(config, [config.seed], splits)
    state, compiled = trainer.initial_state(), trainer.compiled
    orders = [compiled.order(epoch) for epoch in range(config.epochs)]
    compiled.compile_ahead(state, trainer.feed.shapes(orders[0]))
    for order in orders:
        (chunk,) = trainer.feed.chunks(order)
        state, losses = jax.block_until_ready(compiled.train(state, chunk))
        yield losses


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
