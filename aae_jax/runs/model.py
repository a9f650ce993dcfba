"""A trained model and what belongs to it, wherever it was read from."""

from typing import Any, NamedTuple

from aae_jax.core.codes import KnownCodes
from aae_jax.core.config import Config
from aae_jax.runs.origin import Origin


class Model(NamedTuple):
    """A trained model, as sampling needs it: `params` by network, config, origin.

    `codes` are those of some training images.
    """

    config: Config
    params: dict[str, Any]
    origin: Origin
    codes: KnownCodes
