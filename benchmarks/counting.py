"""What a training step must do, counted from the config: no compiler is asked.

A dense layer of I inputs and O outputs costs I * O multiply-adds an image forward, as
many for the gradient of its weights and as many for the gradient of its inputs. What
is left out, being at least a hundred times less: biases, activations and losses.
"""

from functools import partial
from typing import NamedTuple

import jax

from aae_jax.agreement import NUM_CODES
from aae_jax.config import Config
from aae_jax.state import Tree, init_state

Sizes = list[int]
"""Weights of each dense layer of a network, from its input to its output."""


class Networks(NamedTuple):
    """The sizes of the three networks."""

    encoder: Sizes
    decoder: Sizes
    discriminator: Sizes


def network_sizes(config: Config) -> Networks:
    """Return the sizes of the layers that `config` describes."""
    params = _abstract_params(config)
    networks = (params.encoder, params.decoder, params.discriminator)
    return Networks(*(_kernel_sizes(network) for network in networks))


def multiply_adds(config: Config) -> dict[str, float]:
    """Return the multiply-adds an image of each phase of a step.

    The style agreement, a part of the reconstruction phase, stands alone: it paints its
    few codes as every class, however many images there are, until it has faded.

    The encoder does not change between the discriminator's update and its own, so the
    codes of one forward pass serve both; it is counted with the discriminator's.
    """
    encoder, decoder, discriminator = network_sizes(config)
    phases: dict[str, float] = {
        "reconstruction": sum(encoder)
        + sum(decoder)
        + _gradients(decoder, weights=True, inputs=True)
        + _gradients(encoder, weights=True, inputs=False)
    }
    if config.has_agreement:
        painted = config.num_classes * NUM_CODES / config.batch_size
        phases["agreement"] = painted * (
            sum(decoder) + _gradients(decoder, weights=True, inputs=False)
        )
    if config.adversary:
        judged = sum(discriminator)
        phases["discriminator"] = sum(encoder) + 2 * (
            judged + _gradients(discriminator, weights=True, inputs=False)
        )
        phases["generator"] = (
            judged
            + _gradients(discriminator, weights=False, inputs=True)
            + _gradients(encoder, weights=True, inputs=False)
        )
    return phases


def step_flops(config: Config) -> int:
    """Return the floating-point operations of one step: two a multiply-add."""
    return round(2 * config.batch_size * sum(multiply_adds(config).values()))


def descended_params(config: Config) -> int:
    """Return how many numbers the Adams of all phases update in one step."""
    params = _abstract_params(config)
    encoder, decoder = _count(params.encoder), _count(params.decoder)
    if not config.adversary:
        return encoder + decoder
    return encoder + decoder + _count(params.discriminator) + encoder


def adam_bytes(config: Config) -> int:
    """Return what the Adams of one step must move between memory and processor.

    Each number is read with its gradient and its two running means, and all but the
    gradient are written, in float32.
    """
    return 4 * 7 * descended_params(config)


def _gradients(sizes: Sizes, *, weights: bool, inputs: bool) -> int:
    """Multiply-adds of going back: by the weights, and past the first layer or not."""
    passed = sum(sizes) if inputs else sum(sizes[1:])
    return passed + (sum(sizes) if weights else 0)


def _abstract_params(config: Config) -> Tree:
    return jax.eval_shape(partial(init_state, config), jax.random.key(0)).params


def _kernel_sizes(network: Tree) -> Sizes:
    return [leaf.size for leaf in jax.tree.leaves(network) if leaf.ndim == 2]


def _count(network: Tree) -> int:
    return sum(leaf.size for leaf in jax.tree.leaves(network))
