"""What a training step must do, counted from the config: no compiler is asked.

A dense layer of I inputs and O outputs costs I * O multiply-adds an image forward, as
many for the gradient of its weights and as many for the gradient of its inputs. What
is left out, being at least a hundred times less: biases, activations and losses.
"""

import jax

from aae_jax import Config, init_state
from aae_jax.algorithms.agreement import NUM_CODES

Layers = list[int]
"""Weights of each dense layer of a network, from its input to its output."""

Networks = dict[str, Layers]
"""The layers of each network by its name."""


def networks_of(config: Config) -> Networks:
    """Return the layers of the networks that `config` describes."""
    return {
        name: [leaf.size for leaf in jax.tree.leaves(params) if leaf.ndim == 2]
        for name, params in _abstract_params(config).items()
    }


def multiply_adds(config: Config) -> dict[str, float]:
    """Return the multiply-adds an image of each phase of a step.

    The style agreement, a part of the reconstruction phase, stands alone: it paints its
    few codes as every class, however many images there are, until it has faded.
    """
    networks = networks_of(config)
    counts = {p.name: float(_PHASES[p.name](networks)) for p in config.phases()}
    if getattr(config, "agreement_weight", 0):
        painted = config.num_classes * NUM_CODES / config.batch_size
        counts["agreement"] = painted * _learned(networks["decoder"])
    return counts


def step_flops(config: Config) -> int:
    """Return the floating-point operations of one step: two a multiply-add."""
    return round(2 * config.batch_size * sum(multiply_adds(config).values()))


def descended_params(config: Config) -> int:
    """Return how many numbers the optimizers of all phases update in one step."""
    params = _abstract_params(config)
    updated = [params[name] for phase in config.phases() for name in phase.updates]
    return sum(leaf.size for leaf in jax.tree.leaves(updated))


def adam_bytes(config: Config) -> int:
    """Return what the Adams of one step must move between memory and processor.

    Each number is read with its gradient and its two running means, and all but the
    gradient are written, in float32.
    """
    return 4 * 7 * descended_params(config)


def _reconstruction(networks: Networks) -> int:
    encoder, decoder = networks["encoder"], networks["decoder"]
    return _learned(encoder) + _learned(decoder) + decoder[0]


def _discriminator(networks: Networks) -> int:
    """The discriminator learns of codes and of samples.

    The encoder does not change before its own update, so the codes of one forward pass
    serve both; it is counted here.
    """
    return sum(networks["encoder"]) + 2 * _learned(networks["discriminator"])


def _generator(networks: Networks) -> int:
    encoder, judging = networks["encoder"], networks["discriminator"]
    return _learned(encoder) - sum(encoder) + 2 * sum(judging)


_PHASES = {
    "reconstruction": _reconstruction,
    "discriminator": _discriminator,
    "generator": _generator,
}


def _learned(layers: Layers) -> int:
    """Forward, and back by the weights and past all layers but the first."""
    return 2 * sum(layers) + sum(layers[1:])


def _abstract_params(config: Config) -> dict:
    return jax.eval_shape(lambda: init_state(config, jax.random.key(0))).params
