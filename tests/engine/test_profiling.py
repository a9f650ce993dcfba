"""A trace of warm steps, which leaves the run as it was."""

import gzip
import json
from pathlib import Path

import jax
import pytest

from aae_jax.core.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.engine.profiling import write_trace
from aae_jax.engine.trainer import make_trainer
from tests.support.trees import assert_equal


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [[0], [0, 1]])
def test_a_trace_is_written_and_the_state_stays(
    tutorial: Config, splits: DatasetSplits, tmp_path: Path, seeds: list[int]
) -> None:
    trainer = make_trainer(tutorial, seeds, splits)
    state = trainer.initial_state()
    write_trace(trainer, state, tmp_path)
    assert_equal(jax.device_get(state), jax.device_get(trainer.initial_state()))
    (trace,) = tmp_path.rglob("perfetto_trace.json.gz")
    with gzip.open(trace) as file:
        events = json.load(file)["traceEvents"]
    assert len(events) > 0
