"""JAX's settings, as far as numbers depend on them."""

from typing import Any, cast

import jax

from aae_jax.engine.compilation import keep_compiled

OWN: dict[str, Any] = {
    "jax_default_prng_impl": "threefry2x32",
    "jax_threefry_partitionable": True,
    "jax_random_seed_offset": 0,
    "jax_high_dynamic_range_gumbel": False,
    "jax_enable_x64": False,
    "jax_numpy_dtype_promotion": "standard",
    "jax_default_matmul_precision": None,
    "jax_disable_jit": False,
    "jax_transfer_guard": "allow",
    "jax_disable_most_optimizations": False,
}
"""What decides numbers, or whether anything runs: the same for every user."""


def set_up_jax() -> None:
    """Set what numbers depend on, whatever the user has, and keep compiled programs.

    The same seed is the same styles, and a run that is resumed goes on bit for bit,
    under any JAX_* variable. Before any array is made.
    """
    settings = cast(Any, jax.config)
    for name, value in OWN.items():
        if name in settings.values:
            settings.update(name, value)
    keep_compiled()
