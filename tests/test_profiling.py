"""A trace of warm steps, which leaves the run as it was."""

import gzip
import json
from pathlib import Path

import jax
from trees import assert_equal

from aae_jax.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.devices import make_mesh
from aae_jax.loop import first_state, run_programs
from aae_jax.profiling import write_trace


def test_a_trace_is_written_and_the_state_stays(
    tutorial: Config, splits: DatasetSplits, tmp_path: Path
) -> None:
    programs = run_programs(tutorial, splits, make_mesh(1, 8, "batch-size"))
    state = first_state(tutorial)
    write_trace(programs, state, tmp_path)
    assert_equal(jax.device_get(state), jax.device_get(first_state(tutorial)))
    (trace,) = tmp_path.rglob("perfetto_trace.json.gz")
    with gzip.open(trace) as file:
        events = json.load(file)["traceEvents"]
    assert len(events) > 0
