"""Metrics of a trained model: pure functions on arrays, one room an idea.

`measures` composes all the others for one autoencoder. Everything but `validate` is
imported from its room.
"""

from aae_jax.evaluation.validation import Validation, validate

__all__ = ["Validation", "validate"]
