"""Numbers do not depend on the JAX settings of whoever runs a command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import ROOT

OTHERS = {
    "JAX_DEFAULT_PRNG_IMPL": "rbg",
    "JAX_ENABLE_X64": "1",
    "JAX_THREEFRY_PARTITIONABLE": "0",
    "JAX_RANDOM_SEED_OFFSET": "7",
    "JAX_NUMPY_DTYPE_PROMOTION": "strict",
    "JAX_DEFAULT_MATMUL_PRECISION": "bfloat16",
    "JAX_TRANSFER_GUARD": "disallow",
    "JAX_DISABLE_JIT": "1",
}
PROGRAM = """
from aae_jax.engine.settings import set_up_jax
set_up_jax()
import jax
import numpy as np
z = jax.jit(lambda key: jax.random.normal(key, (3, 2)) + np.arange(2) * 0.1)
found = np.asarray(z(jax.random.key(3)))
print(found.dtype, found.tobytes().hex())
"""


@pytest.mark.slow
@pytest.mark.parametrize("compiled", ["true", "false"])
def test_the_same_seed_is_the_same_numbers(tmp_path: Path, compiled: str) -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, **settings, "AAE_CACHE_DIR": str(tmp_path)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for settings in ({}, {**OTHERS, "JAX_ENABLE_COMPILATION_CACHE": compiled})
    }
    assert len(said) == 1 and said.pop().startswith("float32")
