"""A run directory of a stranger: values of any kind end in one line, or are kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aae_jax.algorithms.catalog import to_dict, to_json
from aae_jax.algorithms.recipes import RECIPES
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.runs import checkpoints
from aae_jax.runs.folder import CONFIG, ORIGIN, create_run, read_config, read_origin
from aae_jax.runs.loading import load_run
from aae_jax.storage.containment import is_one_line
from tests.support import runs

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
RECIPE = st.sampled_from(sorted(RECIPES))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "run"
    create_run(path, RECIPES["default"], runs.ORIGIN)
    return path


def same(found: str, written: dict[str, Any]) -> bool:
    return json.loads(found) == json.loads(json.dumps(written))


@settings(max_examples=40)
@given(recipe=RECIPE, data=st.data(), value=VALUES)
def test_any_field_of_a_config_may_hold_anything(
    run: Path, recipe: str, data: st.DataObject, value: Any
) -> None:
    values = inside = to_dict(RECIPES[recipe])
    name = data.draw(st.sampled_from(sorted(values)))
    while isinstance(inside[name], dict) and data.draw(st.booleans()):
        inside = inside[name]
        name = data.draw(st.sampled_from(sorted(inside)))
    inside[name] = value
    (run / CONFIG).write_text(json.dumps(values), encoding="utf-8")
    try:
        assert same(to_json(read_config(run)), values)
    except RunError as error:
        assert str(run) in str(error)


@given(data=st.data(), value=VALUES, in_framing=st.booleans())
def test_any_field_of_an_origin_may_hold_anything(
    run: Path, data: st.DataObject, value: Any, in_framing: bool
) -> None:
    values = json.loads(runs.ORIGIN.to_json())
    inside = values["framing"] if in_framing else values
    inside[data.draw(st.sampled_from(sorted(inside)))] = value
    (run / ORIGIN).write_text(json.dumps(values), encoding="utf-8")
    try:
        found = read_origin(run)
    except RunError as error:
        assert str(run) in str(error)
    else:
        assert same(found.to_json(), values)
        assert all(map(is_one_line, found.class_names))


@example(text="[" * 10**5)
@example(text="1" * 10**5)
@given(text=st.text())
def test_any_text_in_place_of_json(run: Path, text: str) -> None:
    for name, read in ((CONFIG, read_config), (ORIGIN, read_origin)):
        (run / name).write_text(text, encoding="utf-8")
        with pytest.raises(RunError):
            read(run)  # type: ignore[operator]


def test_no_memory_is_taken_for_what_a_config_describes(
    tmp_path: Path, default: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_run(tmp_path / "run", default, runs.ORIGIN)
    (tmp_path / "run" / "checkpoints" / "1").mkdir(parents=True)
    monkeypatch.setattr(checkpoints, "MAX_BYTES", 10)
    monkeypatch.setattr(checkpoints, "latest_epoch", lambda run: 1)
    with pytest.raises(RunError, match="bytes of state, of at most 10"):
        load_run(tmp_path / "run")
