"""What is looked at after an epoch: whether all is finite, and which units are dead."""

from collections.abc import Iterator, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import linen as nn

from aae_jax.core.networks import CAN_DIE, Network
from aae_jax.core.parts import flag_of
from aae_jax.core.phases import TrainState

UNREACHED = 1e-6
"""Mean gradient over its root mean square: 130 steps without one, at beta1 0.9."""


def examine(config: Any, state: TrainState) -> dict[str, jax.Array]:
    """Return what is looked at after an epoch, in the order of the networks.

    `finite` [networks]: whether all parameters are. Where units can die, `dead_units`
    [networks]: the share of the hidden units that no gradient reaches.
    """
    networks = config.networks()
    found = {"finite": jnp.stack([_is_finite(state.params[name]) for name in networks])}
    if config.activation in CAN_DIE:
        shares = [_dead(config, state, *network) for network in networks.items()]
        found["dead_units"] = jnp.stack(shares)
    return found


def lost(
    config: Any, metrics: Mapping[str, Any], steps: Mapping[str, Any], finite: Any
) -> str | None:
    """Return in words where an epoch was lost, and what to do; None if it was not.

    Args:
      config: What is trained.
      metrics: Of the epoch.
      steps: The loss of each phase: [steps].
      finite: Whether all parameters are, by network: [networks].
    """
    for words, *phases in _losses(config, metrics, steps, finite):
        fields = {name: getattr(config, name, None) for name in phases}
        flags = [
            f"{flag_of(n)}.lr" for n, part in fields.items() if hasattr(part, "lr")
        ]
        return (
            f"training diverged in epoch {metrics['epoch']}, {words}. Nothing of this "
            "epoch is saved; train a run of its own with a lower "
            f"{' or '.join(flags) or 'learning rate'}"
        )
    return None


def _losses(
    config: Any, metrics: Mapping[str, Any], steps: Mapping[str, Any], finite: Any
) -> Iterator[tuple[str, ...]]:
    """Yield in words what is not finite, what was so first first, and its phases.

    A phase's loss is that before its own update: it tells of the update before it.
    """
    updates = {phase.name: " and ".join(phase.updates) for phase in config.phases()}
    names = list(updates)
    in_order = np.stack([steps[name] for name in names], axis=-1).ravel()
    for place in np.flatnonzero(~np.isfinite(in_order))[:1]:
        step, number = divmod(int(place), len(names))
        name, before = names[number], names[number - 1]
        words = (
            f"step {step + 1}: the loss of the phase {name} is not finite, and so is "
            f"its gradient, which spoils {updates[name]} first"
        )
        if not place:
            yield words, name
        yield f"{words}; just before, {before} updated {updates[before]}", before, name
    for network, is_whole in zip(config.networks(), finite, strict=True):
        if not is_whole:
            last = [p.name for p in config.phases() if network in p.updates][-1]
            yield f"at its end: the phase {last} left {network} not finite", last
    for name, value in metrics.items():
        if not np.all(np.isfinite(value)):
            yield (f"at its end: {name} is not finite",)


def hidden_layers(network: Network) -> list[tuple[str, ...]]:
    """Return where the layers of a network lie in its parameters, but for the last."""
    layers: list[tuple[str, ...]] = []

    def note(call: Any, args: Any, kwargs: Any, context: Any) -> Any:
        outputs = call(*args, **kwargs)
        if context.module.has_variable("params", "bias"):
            layers.append(context.module.path)
        return outputs

    with nn.intercept_methods(note):
        shown = jnp.zeros((1, *network.input_shape))
        jax.eval_shape(network.module.init, jax.random.key(0), shown)
    return [*dict.fromkeys(layers)][:-1]


def _is_finite(tree: Any) -> jax.Array:
    leaves = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(tree)]
    return jnp.stack(leaves).all()


def _dead(config: Any, state: TrainState, name: str, network: Network) -> jax.Array:
    """Return the share [] of hidden units for which no phase has a gradient.

    What Adam keeps of the gradients tells it; other optimizers tell nothing: 0.
    """
    phases = [phase.name for phase in config.phases() if name in phase.updates]
    layers = hidden_layers(network)
    unreached = [
        jnp.concatenate([_unreached(adam, name, layer) for layer in layers])
        for phase in phases
        for adam in _adams(state.opt_states[phase])
        if layers
    ]
    return jnp.stack(unreached).all(axis=0).mean() if unreached else jnp.float32(0)


def _adams(opt_state: optax.OptState) -> list[optax.ScaleByAdamState]:
    def is_adam(part: Any) -> bool:
        return isinstance(part, optax.ScaleByAdamState)

    return list(filter(is_adam, jax.tree.leaves(opt_state, is_leaf=is_adam)))


def _unreached(
    adam: optax.ScaleByAdamState, name: str, layer: tuple[str, ...]
) -> jax.Array:
    """Return which units [units] of a layer had no gradient of late."""
    mean, square = adam.mu[name]["params"], adam.nu[name]["params"]
    for part in layer:
        mean, square = mean[part], square[part]
    return jnp.abs(mean["bias"]) <= UNREACHED * jnp.sqrt(square["bias"])
