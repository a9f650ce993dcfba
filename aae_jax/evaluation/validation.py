"""What every epoch is watched by: the error and the moments of the codes."""

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp

from aae_jax.config import Config
from aae_jax.losses import reconstruction_loss
from aae_jax.sampling import decode, encode
from aae_jax.state import Params


class Validation(NamedTuple):
    """What an epoch is watched by; see `validate`."""

    error: jax.Array
    code_mean: jax.Array
    code_std: jax.Array


@partial(jax.jit, static_argnames="config")
def validate(
    config: Config, params: Params, images: jax.Array, labels: jax.Array
) -> Validation:
    """Reconstruct images [N, H, W] uint8 with labels [N] and describe their codes.

    Returns:
      error []: squared error per pixel, images in [0, 1], at temperature 1 as in
        training.
      code_mean, code_std [Z]: of the codes, in prior units; 0 and `prior_std` where the
        aggregated posterior matches the prior.
    """
    pixels = images.astype(jnp.float32) / 255
    z = encode(config, params, pixels)
    as_trained = replace(config, temperature=1.0)
    error = reconstruction_loss(pixels, decode(as_trained, params, z, labels))
    return Validation(error, z.mean(axis=0), z.std(axis=0))
