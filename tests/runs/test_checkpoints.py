"""Checkpoints: exact, kept in a small number, and refused in words."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import orbax.checkpoint as ocp
import pytest
from jax.sharding import AxisType, NamedSharding, PartitionSpec

from aae_jax.algorithms.autoencoder import Autoencoder
from aae_jax.core.config import Config
from aae_jax.core.phases import TrainState
from aae_jax.errors import DamageError, RunError
from aae_jax.runs.checkpoints import (
    NUM_KEPT,
    drop_checkpoints,
    finished_epochs,
    latest_epoch,
    restore_newest,
    restore_state,
)
from tests.support.configs import everything_on, first_state
from tests.support.marks import EXHAUSTIVE
from tests.support.restoring import Outcome, fingerprint, restore_apart
from tests.support.runs import save, saved_run
from tests.support.trees import assert_equal


@pytest.fixture(scope="module")
def config(tutorial: Config) -> Config:
    return tutorial


@pytest.fixture(scope="module")
def state(config: Config) -> TrainState:
    """A state without zeros, which a lost array might be filled with."""
    return jax.tree.map(lambda leaf: leaf + 3, first_state(config))


def assert_same(actual: TrainState, expected: TrainState) -> None:
    assert jax.tree.structure(actual) == jax.tree.structure(expected)
    assert_equal(actual, expected)


@pytest.mark.slow
def test_the_state_comes_back_exactly(tmp_path: Path, algorithm: Config) -> None:
    state = first_state(algorithm)
    state = state.replace(step=state.step + 12)
    save(tmp_path, algorithm, state, 3)
    assert latest_epoch(tmp_path) == 3
    assert_same(restore_state(tmp_path, algorithm), state)
    assert_same(restore_newest(tmp_path, algorithm)[1], state.params)


def test_only_the_newest_are_kept(
    tmp_path: Path, config: Config, state: TrainState
) -> None:
    save(tmp_path, config, state, *range(1, NUM_KEPT + 3))
    assert finished_epochs(tmp_path) == list(range(3, NUM_KEPT + 3))
    drop_checkpoints(tmp_path, 4)
    assert finished_epochs(tmp_path) == [3, 4]


def test_an_unfinished_save_is_no_checkpoint(
    tmp_path: Path, config: Config, state: TrainState
) -> None:
    assert latest_epoch(tmp_path) is None
    save(tmp_path, config, state, 1)
    finished = tmp_path / "checkpoints" / "1"
    finished.rename(finished.with_name("2.orbax-checkpoint-tmp"))
    assert latest_epoch(tmp_path) is None
    save(tmp_path, config, state, 2)
    assert latest_epoch(tmp_path) == 2


def test_the_newest_whole_one_is_used_and_the_others_are_said(
    tmp_path: Path,
    config: Config,
    state: TrainState,
    capsys: pytest.CaptureFixture[str],
) -> None:
    save(tmp_path, config, state, 1, 2)
    save(tmp_path, config, later(state).replace(params=double(state.params)), 3)
    sums = tmp_path / "checkpoints" / "3" / "checksums" / "metadata"
    sums.write_text(sums.read_text().replace("1", "2"))
    shutil.rmtree(tmp_path / "checkpoints" / "2" / "checksums")
    epoch, params = restore_newest(tmp_path, config)
    assert epoch == 1
    assert_same(params, state.params)
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2 and all(": checkpoint 1 is used" in line for line in said)
    (tmp_path / "checkpoints" / "1" / "checksums" / "metadata").unlink()
    with pytest.raises(DamageError, match="no checkpoint is whole: ") as raised:
        restore_newest(tmp_path, config)
    assert all(f"checkpoint {epoch} of" in str(raised.value) for epoch in (1, 2, 3))


def double(params: Any) -> Any:
    return jax.tree.map(lambda leaf: 2 * leaf, params)


def test_a_file_in_the_way_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "checkpoints").write_text("mine")
    with pytest.raises(RunError, match="is no directory: move it out of the way"):
        latest_epoch(tmp_path)


def test_relative_paths_and_other_devices(
    tmp_path: Path, config: Config, state: TrainState, monkeypatch: pytest.MonkeyPatch
) -> None:
    mesh = jax.make_mesh((4,), ("data",), axis_types=(AxisType.Auto,))
    everywhere = jax.device_put(state, NamedSharding(mesh, PartitionSpec()))
    save(tmp_path / "four", config, everywhere, 1)
    monkeypatch.chdir(tmp_path)
    restored = restore_state(Path("four"), config)
    assert_same(restored, state)
    devices = {next(iter(leaf.devices())) for leaf in jax.tree.leaves(restored)}
    assert devices == {jax.devices()[0]}


def test_another_config_is_refused_in_words(
    tmp_path: Path, config: Config, state: TrainState
) -> None:
    save(tmp_path, config, state, 1)
    with pytest.raises(RunError, match="hidden_dim 12 in the checkpoint, 7 in config"):
        restore_newest(tmp_path, replace(config, hidden_dim=7))
    with pytest.raises(RunError, match="image_shape"):
        restore_state(tmp_path, replace(config, image_shape=(5, 6, 1)))
    faster = replace(config, generator=replace(config.generator, lr=0.5))
    with pytest.raises(RunError, match=r"generator.lr 0.001 in the checkpoint, 0.5"):
        restore_state(tmp_path, faster)
    restore_state(tmp_path, replace(config, epochs=5000))
    with pytest.raises(RunError, match="epochs 3 in the checkpoint, 5000 in config"):
        restore_state(tmp_path, replace(config, epochs=5000, schedule="cosine"))


def test_another_algorithm_is_refused_in_words(
    tmp_path: Path, config: Config, state: TrainState
) -> None:
    save(tmp_path, config, state, 1)
    kinds = "algorithm supervised in the checkpoint, autoencoder in config.json"
    with pytest.raises(RunError, match=kinds):
        restore_state(tmp_path, everything_on(Autoencoder))


def test_a_finished_run_may_be_painted_otherwise(
    tmp_path: Path, config: Config, state: TrainState
) -> None:
    save(tmp_path, config, state, 1)
    params = restore_newest(tmp_path, replace(config, temperature=0.5))[1]
    assert_same(params, state.params)


def test_a_saved_config_that_lacks_a_field_is_another_one(
    tmp_path: Path, config: Config, state: TrainState
) -> None:
    save(tmp_path, config, state, 1)
    (saved,) = tmp_path.glob("checkpoints/1/config/metadata")
    known = json.loads(saved.read_text())
    del known["latent_noise"]
    saved.write_text(json.dumps(known))
    with pytest.raises(RunError, match=r"latent_noise None in the checkpoint, 0.0 in"):
        restore_newest(tmp_path, config)


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("kind", [MemoryError, jax.errors.JaxRuntimeError])
def test_a_lack_of_memory_is_no_damage(
    tmp_path: Path,
    config: Config,
    state: TrainState,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Exception],
    wrapped: bool,
) -> None:
    def fail(*_: object, **__: object) -> None:
        try:
            raise kind("RESOURCE_EXHAUSTED: out of memory")
        except kind as error:
            if not wrapped:
                raise
            # So does Orbax where an array cannot be read.
            raise Exception("an array could not be read") from error

    save(tmp_path, config, state, 1)
    monkeypatch.setattr(ocp.CheckpointManager, "restore", fail)
    with pytest.raises(Exception, match=r"RESOURCE|could not be read") as raised:
        restore_state(tmp_path, config)
    assert type(raised.value) is (Exception if wrapped else kind)


@pytest.fixture(scope="module")
def healthy(
    tmp_path_factory: pytest.TempPathFactory, config: Config, state: TrainState
) -> Path:
    """A run with two checkpoints, of different steps."""
    run = saved_run(tmp_path_factory.mktemp("healthy") / "run", config, state, 1)
    save(run, config, later(state), 2)
    return run


def later(state: TrainState) -> TrainState:
    return state.replace(step=state.step + 5)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "emptied": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(
        path.read_bytes()[: path.stat().st_size // 2]
    ),
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "removed": lambda path: path.unlink(),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [pytest.param(d, marks=() if d == "half" else EXHAUSTIVE) for d in DAMAGES],
)
def test_a_damaged_file_is_harmless_or_said_with_what_helps(
    healthy: Path, tmp_path: Path, state: TrainState, damage: str
) -> None:
    newest = healthy / "checkpoints" / "2"
    files = [path for path in newest.rglob("*") if path.is_file()]
    runs = [tmp_path / str(number) for number in range(len(files))]
    for run, path in zip(runs, files, strict=True):
        shutil.copytree(healthy, run)
        DAMAGES[damage](run / path.relative_to(healthy))
    told = []
    for run, found in zip(runs, restore_apart(runs), strict=True):
        if found.said is None:
            is_newest = latest_epoch(run) == 2
            assert found.state == fingerprint(later(state) if is_newest else state)
            continue
        assert f"checkpoint 2 of {run} cannot be read" in found.said
        assert f"move '{run / 'checkpoints' / '2'}' aside" in found.said
        assert "delete" not in found.said and len(found.said.splitlines()) == 1
        (run / "checkpoints" / "2").rename(run / "damaged-2")
        told.append(run)
    assert len(told) >= 5
    assert restore_apart(told) == [Outcome(fingerprint(state), None)] * len(told)


@pytest.mark.slow
def test_a_flipped_bit_in_an_array_is_noticed(tmp_path: Path, config: Config) -> None:
    # Small arrays lie where their store has sums of its own.
    wide = replace(config, hidden_dim=200)
    run = saved_run(tmp_path / "run", wide, first_state(wide), 1)
    largest = max(run.rglob("d/*"), key=lambda path: path.stat().st_size)
    content = largest.read_bytes()
    runs = []
    for place in range(len(content) // 8, len(content), len(content) // 3):
        flipped = bytearray(content)
        flipped[place] ^= 4
        largest.write_bytes(flipped)
        runs.append(Path(shutil.copytree(run, tmp_path / str(place))))
    said = [found.said or "" for found in restore_apart(runs)]
    assert all("checkpoint 1 of" in line and "cannot be read" in line for line in said)
    assert any("is not what was saved" in line for line in said)
