"""How a trained model leaves: as files that need JAX, but not this package."""

from aae_jax.export.card import About
from aae_jax.export.folder import write_export

__all__ = ["About", "write_export"]
