"""Models as files: exact, without pickle, and refused in words where damaged."""

import io
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aae_jax.core.config import Config
from aae_jax.errors import AAEError, RunError
from aae_jax.pretrained.store import KEPT, WEIGHTS, Model, read_model, write_model
from aae_jax.runs.codes import CODES
from aae_jax.storage.arrays import read_arrays
from aae_jax.storage.files import replace_arrays
from tests.support.configs import first_state
from tests.support.runs import ORIGIN, codes_for
from tests.support.trees import assert_equal


def npy(array: np.ndarray) -> bytes:
    """Return the array as the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def model(default: Config) -> Model:
    params = in_halves(first_state(default).params)
    return Model(default, params, ORIGIN, codes_for(default))


def in_halves(params: Any) -> Any:
    """Return parameters that float16 holds exactly."""
    halves = jax.tree.map(lambda leaf: leaf.astype(jnp.float16), params)
    return jax.tree.map(jnp.float32, halves)


@pytest.fixture
def folder(model: Model, tmp_path: Path) -> Path:
    """The model as files, to damage."""
    write_model(tmp_path / "model", model)
    return tmp_path / "model"


@pytest.mark.slow
def test_a_model_comes_back_bit_for_bit(tmp_path: Path, algorithm: Config) -> None:
    params = in_halves(first_state(algorithm).params)
    codes = codes_for(algorithm)
    write_model(tmp_path, Model(algorithm, params, ORIGIN, codes))
    kept = {name: params[name] for name in KEPT}
    assert_equal(read_model(tmp_path), Model(algorithm, kept, ORIGIN, codes))
    files = {path.name for path in tmp_path.iterdir()}
    assert files == {"config.json", "origin.json", CODES, WEIGHTS}


def test_arrays_are_named_by_their_places(folder: Path) -> None:
    with np.load(folder / WEIGHTS) as arrays:
        assert len(arrays) == 2 * 3 * 2
        assert "decoder/params/network/Dense_0/kernel" in arrays
        assert not any(name.startswith("discriminator") for name in arrays)


def test_the_same_model_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_model(tmp_path / "again", read_model(folder))
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("file", ["config.json", "origin.json", CODES, WEIGHTS])
@pytest.mark.parametrize(
    "content",
    [None, b"", b"[]", b"\xff" * 99, npy(np.zeros(3))],
    ids=["missing", "empty", "list", "bytes", "npy"],
)
def test_a_damaged_file_is_one_plain_error(
    folder: Path, file: str, content: bytes | None
) -> None:
    whole = (folder / file).read_bytes()
    (folder / file).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RunError, match=r"is damaged .* install aae-jax again"):
        read_model(folder)
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    with pytest.raises(RunError, match=r"is damaged .* install aae-jax again"):
        read_model(folder)


def test_a_changed_byte_is_found_or_harmless(folder: Path) -> None:
    whole, original = (folder / WEIGHTS).read_bytes(), read_model(folder)
    found = 0
    for place in np.linspace(0, len(whole) - 1, 200).astype(int):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        (folder / WEIGHTS).write_bytes(changed)
        try:
            assert_equal(read_model(folder), original)
        except AAEError:
            found += 1
    assert found > 100


@pytest.mark.parametrize(
    "other", [{"hidden_dim": 7}, {"image_shape": (3, 10, 1), "latent_dim": 4}]
)
def test_other_weights_than_the_config_describes_are_refused(
    folder: Path, model: Model, other: dict
) -> None:
    write_model(folder, model._replace(config=replace(model.config, **other)))
    with pytest.raises(RunError, match="holds other arrays than"):
        read_model(folder)


def test_weights_are_rounded_to_half_precision(folder: Path, default: Config) -> None:
    params = first_state(default).params
    write_model(folder, Model(default, params, ORIGIN, codes_for(default)))
    stored = read_model(folder).params
    kept = {name: params[name] for name in KEPT}
    assert_equal(stored, in_halves(kept))
    moved = jax.tree.map(lambda a, b: jnp.max(jnp.abs(a - b)), stored, kept)
    assert 0 < max(jax.tree.leaves(moved)) < 1e-3


def test_numbers_of_another_precision_are_refused(folder: Path) -> None:
    halves = read_arrays(folder / WEIGHTS)
    replace_arrays(
        folder / WEIGHTS, {name: a.astype(np.float32) for name, a in halves.items()}
    )
    with pytest.raises(RunError, match="holds other arrays than"):
        read_model(folder)


def test_objects_are_never_unpickled(folder: Path) -> None:
    with zipfile.ZipFile(folder / WEIGHTS, "w") as file:
        file.writestr("encoder/kernel.npy", npy(np.array([print], object)))
    with pytest.raises(RunError, match="Object arrays cannot be loaded"):
        read_model(folder)


def test_a_lack_of_memory_is_no_damage(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("Unable to allocate 9 GiB")

    monkeypatch.setattr("aae_jax.pretrained.store.read_arrays", fail)
    with pytest.raises(MemoryError):
        read_model(folder)


def test_an_algorithm_that_nobody_knows_is_refused(folder: Path) -> None:
    text = (folder / "config.json").read_text()
    (folder / "config.json").write_text(text.replace('"supervised"', '"other"'))
    with pytest.raises(RunError, match="of the kind 'other', which this version"):
        read_model(folder)


def test_a_copy_elsewhere_is_the_same_model(folder: Path, tmp_path: Path) -> None:
    moved = Path(shutil.copytree(folder, tmp_path / "elsewhere"))
    assert_equal(read_model(moved), read_model(folder))
