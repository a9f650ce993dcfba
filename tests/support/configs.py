"""Tiny configurations of every algorithm, and the states that they start from."""

from dataclasses import fields
from typing import Any

import jax
import numpy as np

from aae_jax.algorithms.clustering import Clusters
from aae_jax.algorithms.consistency import Consistency
from aae_jax.core.config import Config
from aae_jax.core.mixture import Mixture
from aae_jax.core.optimizers import Adam
from aae_jax.core.parts import part_types
from aae_jax.core.phases import TrainState, init_state
from aae_jax.core.priors import Gaussian
from aae_jax.core.randomness import split_keys

# 43 images make 5 batches of 8 and leave 3 out.
TINY: dict[str, Any] = {
    "image_shape": (6, 5, 1),
    "num_classes": 4,
    "num_train": 43,
    "latent_dim": 3,
    "hidden_dim": 12,
    "batch_size": 8,
    "epochs": 3,
}

NEEDED: dict[str, Any] = {"num_labels": 8}
"""What fits so few images, of the algorithms that have it."""

OTHER_PRIORS: tuple[dict[str, Any], ...] = (
    {"prior": Mixture(components=5), "latent_dim": 2},
    {"prior": Clusters(std=2.0, number=5)},
)
"""What an algorithm takes, the first that fits, where its prior is no Gaussian."""

# An algorithm takes those that it has; of Adams, any.
SWITCHED_ON: dict[str, Any] = {
    "prior": Gaussian(std=4.0),
    "scale": 4.0,
    "weight_init": "lecun_normal",
    "activation": "leaky_relu",
    "temperature": 0.7,
    "standardizes": True,
    "discriminator_sees": "label_logit",
    "discriminator_noise": 0.4,
    "latent_noise": 0.3,
    "agreement_weight": 0.1,
    "input_noise": 0.2,
    "consistency": Consistency(weight=0.8, radius=0.7, entropy_weight=0.3, rise=0.5),
    "schedule": "cosine",
    "warmup_epochs": 1,
}
ADAM = Adam(lr=2e-3, beta1=0.5, hold=0.25)


def everything_on(algorithm: type[Config], **changes: Any) -> Config:
    """Return a tiny config of an algorithm in which nothing is switched off."""
    own = {field.name: field.default for field in fields(algorithm)}
    adams = {name: ADAM for name, value in own.items() if isinstance(value, Adam)}
    switches = {name: value for name, value in SWITCHED_ON.items() if name in own}
    switches |= other_prior(algorithm)
    return bare(algorithm, **{**switches, **adams, **changes})


def bare(algorithm: type[Config], **changes: Any) -> Config:
    """Return a tiny config of an algorithm in which all that is optional is off."""
    own = {field.name for field in fields(algorithm)}
    needed = {name: value for name, value in NEEDED.items() if name in own}
    return algorithm(**{**TINY, **needed, **other_prior(algorithm), **changes})


def other_prior(algorithm: type[Config]) -> dict[str, Any]:
    """Return one of `OTHER_PRIORS` for an algorithm that cannot take a Gaussian."""
    if "prior" not in {field.name for field in fields(algorithm)}:
        return {}
    types = part_types(algorithm, "prior")
    fitting = [other for other in OTHER_PRIORS if type(other["prior"]) in types]
    return {} if Gaussian in types else fitting[0]


def first_state(config: Config) -> TrainState:
    """Return the state before the first step, as a run has it bit for bit."""
    init = jax.jit(quick_state, static_argnames="config")
    return init(config, np.uint32(config.seed))


def quick_state(config: Config, seed: int | jax.Array = 0) -> TrainState:
    """Return that of a run from `seed`, up to rounding, and compile next to nothing."""
    return init_state(config, split_keys(seed).init)
