"""A run directory of a stranger: values of any kind end in one line, or are kept."""

import json
import pickle
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aae_jax.algorithms.catalog import to_dict, to_json
from aae_jax.algorithms.recipes import RECIPES
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.runs import checkpoints, weights
from aae_jax.runs.folder import CONFIG, ORIGIN, read_config, read_origin, write_config
from aae_jax.runs.loading import load_run
from aae_jax.runs.making import create_run
from aae_jax.runs.weights import WEIGHTS, used_arrays, write_weights
from aae_jax.storage.containment import is_one_line
from tests.support import runs
from tests.support.configs import first_state

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


def test_a_centering_that_is_not_known_is_refused(run: Path) -> None:
    values = json.loads(runs.ORIGIN.to_json())
    values["framing"]["centering"] = "bax"
    (run / ORIGIN).write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(RunError, match="centering is 'bax'"):
        read_origin(run)


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
    monkeypatch.setattr(checkpoints, "finished_epochs", lambda run: [1])
    with pytest.raises(RunError, match="bytes of state, of at most 10"):
        load_run(tmp_path / "run")


@pytest.fixture(scope="module")
def exported(default: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the weights of an exported model, to spoil."""
    path = tmp_path_factory.mktemp("exports") / "model"
    create_run(path, default, runs.ORIGIN)
    write_weights(path, used_arrays(default, first_state(default).params))
    return path


def spoiled(path: Path, content: bytes) -> Path:
    """Return a copy of an exported model with other weights."""
    copy = path.with_name("spoiled")
    shutil.copytree(path, copy, dirs_exist_ok=True)
    (copy / WEIGHTS).write_bytes(content)
    return copy


def tensors(**header: Any) -> bytes:
    """Return a file of tensors with such a header and eight bytes."""
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + bytes(8)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        pickle.dumps(print),
        b"\xff" * 99,
        b"[" * 10**5,
        tensors(),
        tensors(a={"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}),
        tensors(a={"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}),
        tensors(a={"dtype": "BF16", "shape": [4], "data_offsets": [0, 8]}),
        tensors(a={"dtype": "F8_E8M0", "shape": [8], "data_offsets": [0, 8]}),
    ],
    ids=["empty", "pickle", "bytes", "list", "none", "other", "huge", "half", "odd"],
)
def test_other_weights_than_the_config_describes_are_refused(
    exported: Path, content: bytes
) -> None:
    assert load_run(exported)
    with pytest.raises(RunError, match=r"model.safetensors cannot be read"):
        load_run(spoiled(exported, content))


def test_weights_with_spoiled_bytes_are_refused_or_of_the_same_shapes(
    exported: Path,
) -> None:
    whole, found = (exported / WEIGHTS).read_bytes(), 0
    for place in (*range(0, 160, 20), len(whole) // 2):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        try:
            load_run(spoiled(exported, bytes(changed)))
        except RunError:
            found += 1
    assert found == 8


def test_no_memory_is_taken_for_large_weights(
    exported: Path, default: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = spoiled(exported, (exported / WEIGHTS).read_bytes())
    write_config(copy, replace(default, hidden_dim=10**9))
    with pytest.raises(RunError, match=r"other arrays than config.json describes"):
        load_run(copy)
    monkeypatch.setattr(weights, "MAX_BYTES", 10)
    with pytest.raises(RunError, match="bytes, of at most 10"):
        load_run(exported)


def test_weights_that_lie_elsewhere_are_refused(exported: Path, tmp_path: Path) -> None:
    copy = spoiled(exported, b"")
    (copy / WEIGHTS).rename(tmp_path / WEIGHTS)
    (copy / WEIGHTS).symlink_to(tmp_path / WEIGHTS)
    with pytest.raises(RunError, match="is a link that leads out"):
        load_run(copy)
    (copy / WEIGHTS).unlink()
