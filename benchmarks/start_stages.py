"""What train.py does up to its first step, one stage a line, for `benchmarks.start`.

    python -m benchmarks.start_stages PICTURES.npz

Says the name of each stage when it is done; whoever reads along has the clock. The
stages are those of train.py in its order. What they use is imported stage by stage, so
that each pays for its own.
"""

import sys


def done(stage: str) -> None:
    """Say that a stage is done."""
    print(stage, flush=True)


def import_packages() -> None:
    """Import what train.py imports, in its order."""
    import train  # noqa: F401

    done("import train.py, with tyro and NumPy")
    import jax

    done("import jax")
    import optax  # noqa: F401

    done("import optax")
    import flax.linen  # noqa: F401

    done("import flax")
    import orbax.checkpoint  # noqa: F401

    done("import orbax")
    import tensorboardX  # noqa: F401

    done("import tensorboardX")
    from aae_jax.compilation import keep_compiled

    keep_compiled()
    jax.devices()
    done("start the backend")


def prepare_epoch(pictures: str) -> None:
    """Load the pictures, draw the weights and compile what an epoch runs."""
    import jax

    from aae_jax import config_for, load_dataset, train_epoch
    from aae_jax.evaluation import validate
    from aae_jax.loop import first_state
    from aae_jax.randomness import epoch_order, split_keys

    splits = load_dataset(pictures)
    assert splits.fingerprint
    done("load and check the pictures")
    config = config_for("default", splits)
    state = jax.block_until_ready(first_state(config))
    done("draw the weights")
    keys = split_keys(config.seed)
    data, held_out = jax.device_put((splits.train, splits.validation))
    order = jax.jit(epoch_order, static_argnames="config")(config, keys.shuffle, 0)
    done("shuffle, data to the device")
    lowered = (
        train_epoch.lower(config, state, data, order, keys.noise),
        validate.lower(config, state.params, *held_out),
    )
    done("trace the epoch and its validation")
    for program in lowered:
        program.compile()
    done("compile them, or read them back")


if __name__ == "__main__":
    done("start Python")
    import_packages()
    prepare_epoch(sys.argv[1])
