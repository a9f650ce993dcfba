"""Networks as a page holds them: dense layers in half precision.

What the layers are shown and what is read of them is found out by trying, not by asking
what the algorithm is called: whatever is a sum of style and label can be computed.
"""

import base64
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import linen as nn

from aae_jax.core.abilities import Classifies, DecodesLabels
from aae_jax.core.config import Config
from aae_jax.core.networks import ACTIVATIONS, MLP, Decoder, Encoder, apply
from aae_jax.core.painting import pixel_logits
from aae_jax.errors import ConfigError

NETWORKS = ("encoder", "decoder")


def check_pageable(config: Config, params: Any) -> None:
    """Raise a ConfigError where a page cannot compute what the networks do."""
    if not isinstance(config, DecodesLabels):
        raise ConfigError(
            f"--page cannot act: the decoder of {config.kind} is told no label, and a "
            "page shows every content in one style. Leave it out, and samples are "
            "drawn; or train another recipe, as default"
        )
    networks = config.networks()
    for name in NETWORKS:
        if type(networks[name].module) not in (Encoder, Decoder):
            raise ConfigError(
                f"--page cannot act: a page computes dense networks alone, and the "
                f"{name} of this run is another one. Leave it out"
            )
    if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(rounded(params))):
        raise ConfigError(
            "--page cannot act: some weights of this run are no finite numbers in half "
            "precision. Choose a run that did not blow up"
        )


def rounded(params: Any) -> Any:
    """Return the parameters of encoder and decoder, rounded to half precision."""
    kept = {name: params[name] for name in NETWORKS}
    with np.errstate(over="ignore"):
        return jax.tree.map(
            lambda leaf: np.asarray(leaf).astype(np.float16).astype(np.float32), kept
        )


def network(config: Config, params: Any) -> dict[str, Any]:
    """Return a dense network as a page reads it: its layers, and the slope below 0."""
    layers = params["params"]["network"]
    return {
        "layers": [_layer(layers[f"Dense_{index}"]) for index in range(len(layers))],
        "slope": -float(ACTIVATIONS[config.activation](jnp.float32(-1))),
    }


def _layer(layer: Any) -> dict[str, Any]:
    # A row of weights for each output: a page sums along it.
    inputs, outputs = layer["kernel"].shape
    weights = _halves(np.asarray(layer["kernel"]).T)
    biases = _halves(np.asarray(layer["bias"]))
    return {"inputs": inputs, "outputs": outputs, "weights": weights, "biases": biases}


def _halves(array: np.ndarray) -> str:
    """Return numbers in half precision, the low byte first, in base 64."""
    return base64.b64encode(array.astype("<f2").tobytes()).decode()


def shown(config: Config, params: Any) -> dict[str, Any]:
    """Return how the decoder is shown a style s [Z] = z / scale of content k.

    That is `matrix` [D, Z] @ s + `offsets` [K, D].

    Raises:
      ConfigError: It is no such sum.
    """
    K, Z = config.num_classes, config.latent_dim
    still = np.zeros((K, Z), np.float32)
    offsets = _seen(config, params, still, np.arange(K))
    turned = _seen(config, params, np.eye(Z, dtype=np.float32), np.zeros(Z, int))
    matrix = (turned - offsets[0]).T
    some = np.random.default_rng(0).normal(size=(K, Z)).astype(np.float32)
    if not _near(_seen(config, params, some, np.arange(K)), some @ matrix.T + offsets):
        raise _cannot(config, "what its decoder is shown is no sum of style and label")
    return {"matrix": matrix.tolist(), "offsets": offsets.tolist()}


def _seen(
    config: Config, params: Any, styles: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Return what the layers of the decoder are given: [B, D]."""
    seen: list[jax.Array] = []

    def note(call: Any, args: Any, kwargs: Any, context: Any) -> Any:
        if isinstance(context.module, MLP):
            seen.append(args[0])
        return call(*args, **kwargs)

    with nn.intercept_methods(note):
        z = jnp.asarray(styles * config.scale, jnp.float32)
        pixel_logits(config, params, z, jnp.asarray(labels))
    return np.asarray(seen[-1])


def check_read(config: Config, params: Any) -> None:
    """Raise a ConfigError unless the encoder's outputs begin with z [Z].

    And go on with the class logits [K] where it reads classes.
    """
    shape = (5, *config.image_shape)
    images = jnp.asarray(np.random.default_rng(0).uniform(size=shape), jnp.float32)
    outputs = apply(config, params, "encoder", images)
    read = [config.encode(params, images)]
    if isinstance(config, Classifies):
        read.append(config.classify(params, images))
    expected = jnp.concatenate(read, axis=-1)
    if not _near(outputs[:, : expected.shape[1]], expected):
        raise _cannot(config, "the outputs of its encoder do not begin with its codes")


def _near(one: Any, other: Any) -> bool:
    """Return whether arrays of one shape differ by rounding alone."""
    allowed = 1e-4 * np.abs(other).max()
    return np.shape(one) == np.shape(other) and np.abs(one - other).max() <= allowed


def _cannot(config: Config, reason: str) -> ConfigError:
    return ConfigError(f"--page cannot act on {config.kind}: {reason}. Leave it out")
