"""What train.py does up to its first step, one stage a line, for `benchmarks.start`.

    python -m benchmarks.start_stages PICTURES.npz

Says the name of each stage when it is done; whoever reads along has the clock. The
stages are those of train.py in its order. What they use is imported stage by stage, so
that each pays for its own.
"""

import importlib
import sys

PACKAGES = ("numpy", "jax", "flax.linen", "optax", "tyro")
LATER = ("orbax.checkpoint", "tensorboardX")


def done(stage: str) -> None:
    """Say that a stage is done."""
    print(stage, flush=True)


def import_packages() -> None:
    """Import what train.py imports, in its order."""
    for module in (*PACKAGES, "aae_jax.commands.train", *LATER):
        importlib.import_module(module)
        done(f"import {module.split('.')[0]}")
    from aae_jax.engine.compilation import keep_compiled
    from aae_jax.engine.devices import check_devices

    keep_compiled()
    check_devices()
    done("start the backend")


def prepare_epoch(pictures: str) -> None:
    """Load the pictures, draw the weights and compile what an epoch runs."""
    import jax

    from aae_jax import config_for, load_dataset
    from aae_jax.engine.trainer import make_trainer

    splits = load_dataset(pictures)
    assert splits.fingerprint
    done("load and check the pictures")
    trainer = make_trainer(config_for("default", splits), [0], splits)
    done("data to the device")
    state = jax.block_until_ready(trainer.initial_state())
    done("draw the weights")
    order = jax.block_until_ready(trainer.compiled.order(0))
    done("shuffle")
    trainer.compiled.compile_ahead(state, trainer.feed.shapes(order))
    done("trace and compile the epoch and its validation, or read them back")


if __name__ == "__main__":
    done("start Python")
    import_packages()
    prepare_epoch(sys.argv[1])
