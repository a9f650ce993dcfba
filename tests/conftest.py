"""Tiny configurations, random pictures, and JAX at its strictest, for every test."""

import os
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import replace

import hypothesis
import jax
import numpy as np
import pytest

from aae_jax.algorithms.catalog import ALGORITHMS
from aae_jax.algorithms.recipes import DEFAULT, DEFAULT_SMALL, TUTORIAL
from aae_jax.core.config import Config
from aae_jax.core.phases import TrainState
from aae_jax.data import Dataset, DatasetSplits
from tests.support.configs import TINY, everything_on, first_state

os.environ["MPLBACKEND"] = "Agg"
# Who runs the tests in the background has them ignore Ctrl-C, and so would what they
# start: signals are heard here as at a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
# Tests compile far more than they compute: XLA's own passes stay, LLVM's are left out.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")
# The workers and the processes that tests start compile a program once for all: in a
# folder of this run of the tests, which goes with it. A limited one is a locked one.
if "PYTEST_XDIST_WORKER" not in os.environ:
    COMPILED = tempfile.TemporaryDirectory(prefix="aae-compiled-")
    os.environ["JAX_COMPILATION_CACHE_DIR"] = COMPILED.name
# The same examples each time, none of them in a folder beside the tests.
hypothesis.settings.register_profile(
    "suite", max_examples=20, derandomize=True, deadline=None, database=None
)
hypothesis.settings.load_profile("suite")
KEPT = {
    "jax_compilation_cache_dir": os.environ["JAX_COMPILATION_CACHE_DIR"],
    "jax_compilation_cache_max_size": 2**29,
    "jax_persistent_cache_min_compile_time_secs": 0.2,
}
for setting, value in KEPT.items():
    os.environ[setting.upper()] = str(value)
    jax.config.update(setting, value)
if "JAX_PLATFORMS" not in os.environ:
    jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_num_cpu_devices", 4)
jax.config.update("jax_numpy_rank_promotion", "raise")
# A test that means to use a key twice says `with jax.debug_key_reuse(False)`.
jax.config.update("jax_debug_key_reuse", True)


@pytest.fixture(scope="session", autouse=True)
def _no_writes_to_the_users_cache(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AAE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def tutorial() -> Config:
    """The tutorial's recipe, tiny: every switch off."""
    return replace(TUTORIAL, **TINY)


@pytest.fixture(scope="session")
def default() -> Config:
    """The default recipe for small sets, tiny, and what large ones add: all is on."""
    weight = DEFAULT.agreement_weight
    return replace(DEFAULT_SMALL, agreement_weight=weight, **TINY)


@pytest.fixture(params=["tutorial", "default"])
def tiny(request: pytest.FixtureRequest) -> Config:
    """Both tiny configs, one after the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=ALGORITHMS, ids=lambda algorithm: algorithm.kind)
def algorithm(request: pytest.FixtureRequest) -> Config:
    """A tiny config of every algorithm, one after the other, with everything on."""
    return everything_on(request.param)


@pytest.fixture
def state(tiny: Config) -> TrainState:
    """The state of `tiny` before its first step."""
    return first_state(tiny)


@pytest.fixture(scope="session")
def splits() -> DatasetSplits:
    """Random pictures [N, 6, 5, 1] of 4 classes: 43 train, 12 validation, 12 test."""
    rng = np.random.default_rng(seed=0)

    def pictures(n: int) -> Dataset:
        images = rng.integers(0, 256, (n, 6, 5, 1), dtype=np.uint8)
        return Dataset(images, np.arange(n, dtype=np.int32) % 4)

    return DatasetSplits(
        name="tiny",
        spec="tiny",
        source="random pictures",
        train=pictures(43),
        validation=pictures(12),
        test=pictures(12),
        num_classes=4,
        class_names=("0", "1", "2", "3"),
    )


@pytest.fixture(scope="session")
def data(splits: DatasetSplits) -> Dataset:
    """The training pictures, on the device."""
    return jax.device_put(splits.train)


@pytest.fixture(scope="session")
def compilations() -> list[str]:
    """The programs compiled so far: a list that grows while the tests run."""
    compiled: list[str] = []

    def note(event: str, duration_secs: float, **_: str | int) -> None:
        if event == "/jax/core/compile/backend_compile_duration":
            compiled.append(event)

    jax.monitoring.register_event_duration_secs_listener(note)
    return compiled
