"""What a trained model is used for: functions of its parameters and of a batch."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from aae_jax.algorithms.sampling import classify, decode, encode
from aae_jax.core.abilities import Classifies, DecodesLabels
from aae_jax.core.config import Config
from aae_jax.core.phases import init_state


class Use(NamedTuple):
    """A function (config, params, *inputs), and each input without its batch axis."""

    function: Callable[..., jax.Array]
    inputs: tuple[jax.ShapeDtypeStruct, ...]

    def batch(self, size: Any) -> list[jax.ShapeDtypeStruct]:
        """Return the inputs of a batch of `size`, a number or a symbol."""
        return [jax.ShapeDtypeStruct((size, *x.shape), x.dtype) for x in self.inputs]


def uses_of(config: Config) -> dict[str, Use]:
    """Return what a model is used for: encoder, decoder, and classifier if it reads."""
    image = jax.ShapeDtypeStruct(config.image_shape, jnp.float32)
    code = jax.ShapeDtypeStruct((config.code_dim,), jnp.float32)
    label = jax.ShapeDtypeStruct((), jnp.int32)
    told = (label,) if isinstance(config, DecodesLabels) else ()
    uses = {"encoder": Use(encode, (image,)), "decoder": Use(decode, (code, *told))}
    if isinstance(config, Classifies):
        uses["classifier"] = Use(classify, (image,))
    return uses


def used_params(config: Config) -> dict[str, Any]:
    """Return the networks that some use reads, as abstract parameters by name.

    What only training reads, as a discriminator, is not among them.
    """
    params = jax.eval_shape(lambda: init_state(config, jax.random.key(0))).params
    read: set[str] = set()

    class Noting(dict):
        def __getitem__(self, name: str) -> Any:
            read.add(name)
            return super().__getitem__(name)

    for use in uses_of(config).values():
        function = use.function
        jax.eval_shape(
            lambda params, *inputs, ask=function: ask(config, Noting(params), *inputs),
            params,
            *use.batch(1),
        )
    return {name: tree for name, tree in params.items() if name in read}
