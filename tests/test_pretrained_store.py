"""Models as files: exact, without pickle, and refused in words where damaged."""

import io
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from trees import assert_equal

from aae_jax import load_dataset, load_run
from aae_jax.checkpoints import open_checkpoints, save_checkpoint
from aae_jax.config import Config
from aae_jax.data import DatasetSplits
from aae_jax.errors import AAEError, ConfigError, RunError
from aae_jax.imaging import framing_for
from aae_jax.journal import append_environment
from aae_jax.origin import Origin
from aae_jax.pretrained.store import WEIGHTS, Model, read_model, write_model
from aae_jax.runs import create_run
from aae_jax.state import init_state
from experiments import export_pretrained

CONFIG = Config(
    image_shape=(8, 8), num_train=1437, latent_dim=2, hidden_dim=6, epochs=5
)


def npy(array: np.ndarray) -> bytes:
    """Return the array as the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def digits() -> DatasetSplits:
    return load_dataset("digits")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, digits: DatasetSplits) -> Path:
    """A run on digits whose newest checkpoint, of two, is random weights."""
    path = tmp_path_factory.mktemp("pretrained") / "run"
    origin = Origin(
        recipe="default",
        dataset="digits",
        data_dir="/home/somebody/data",
        source="digits of /home/somebody",
        fingerprint=digits.fingerprint,
        class_names=digits.class_names,
        framing=framing_for("digits", digits.train.images),
    )
    create_run(path, CONFIG, origin)
    append_environment(path, {"python": "3.0", "command": ["/home/somebody"]})
    with open_checkpoints(path) as checkpoints:
        for epoch in (1, 2):
            state = init_state(CONFIG, jax.random.key(epoch))
            save_checkpoint(checkpoints, epoch, CONFIG, state)
    return path


@pytest.fixture(scope="module")
def exported(run: Path) -> Path:
    """What the command makes of the run."""
    root = run.parent / "exported"
    flags = (str(run), "--name", "tiny", "--root", str(root))
    assert export_pretrained.main(flags) == 0
    return root / "tiny"


@pytest.fixture
def damaged(exported: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(exported, tmp_path / "damaged"))


def test_the_export_is_the_run_bit_for_bit(run: Path, exported: Path) -> None:
    config, params, origin = read_model(exported)
    expected_config, expected = load_run(run)
    assert config == expected_config
    assert_equal(params.encoder, expected.encoder)
    assert_equal(params.decoder, expected.decoder)
    assert origin.framing.centring == "box"


def test_the_export_names_its_origin_but_no_place(exported: Path) -> None:
    texts = [path.read_text() for path in exported.glob("*.json")]
    assert len(texts) == 3
    assert not any("somebody" in text or str(exported.parent) in text for text in texts)
    provenance = json.loads((exported / "provenance.json").read_text())
    command = "python -m experiments.export_pretrained run --name tiny"
    assert provenance["command"] == command
    trained = provenance["trained"]
    assert (trained["seed"], trained["epochs"], trained["python"]) == (0, 2, "3.0")
    assert provenance["packages"]["jax"] == jax.__version__
    assert provenance["svm_accuracy_on_test"] > 0.95
    assert 0 <= provenance["content_accuracy"] < 0.5


def test_the_same_run_gives_the_same_bytes(exported: Path, tmp_path: Path) -> None:
    write_model(tmp_path, read_model(exported))
    assert (tmp_path / WEIGHTS).read_bytes() == (exported / WEIGHTS).read_bytes()


@pytest.mark.parametrize("name", ["", "..", "a/b", "Digits"])
def test_names_that_are_no_folders_are_not_written(run: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="--name must be"):
        export_pretrained.main((str(run), "--name", name, "--root", str(run)))


def test_large_models_are_not_put_into_the_package(exported: Path) -> None:
    model = read_model(exported)
    export_pretrained.check_size(model)
    large = {"kernel": np.zeros((900, 900), np.float32)}
    with pytest.raises(RunError, match=r"3\.2 MB of weights.*--hidden-dim"):
        export_pretrained.check_size(
            model._replace(params=model.params.replace(encoder=large))
        )


@pytest.mark.parametrize("file", ["config.json", "origin.json", WEIGHTS])
@pytest.mark.parametrize(
    "content",
    [None, b"", b"[]", b"\xff" * 99, npy(np.zeros(3))],
    ids=["missing", "empty", "list", "bytes", "npy"],
)
def test_a_damaged_file_is_one_plain_error(
    damaged: Path, file: str, content: bytes | None
) -> None:
    whole = (damaged / file).read_bytes()
    (damaged / file).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RunError, match=r"is damaged .* install aae-jax again"):
        read_model(damaged)
    (damaged / file).unlink()
    if content is not None:
        (damaged / file).write_bytes(content)
    with pytest.raises(RunError, match=r"is damaged .* install aae-jax again"):
        read_model(damaged)


def test_a_changed_byte_is_found_or_harmless(damaged: Path) -> None:
    whole, original = (damaged / WEIGHTS).read_bytes(), read_model(damaged)
    found = 0
    for place in np.linspace(0, len(whole) - 1, 200).astype(int):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        (damaged / WEIGHTS).write_bytes(changed)
        try:
            assert_equal(read_model(damaged), original)
        except AAEError:
            found += 1
    assert found > 100


def test_other_weights_than_the_config_describes_are_refused(
    damaged: Path, exported: Path
) -> None:
    model = read_model(exported)
    for other in ({"hidden_dim": 7}, {"image_shape": (4, 16), "latent_dim": 3}):
        write_model(damaged, model._replace(config=replace(model.config, **other)))
        with pytest.raises(RunError, match="holds other arrays than"):
            read_model(damaged)
    halves = jax.tree.map(lambda leaf: leaf.astype(jnp.float16), model.params)
    write_model(damaged, Model(model.config, halves, model.origin))
    with pytest.raises(RunError, match="holds other arrays than"):
        read_model(damaged)


def test_objects_are_never_unpickled(damaged: Path) -> None:
    with zipfile.ZipFile(damaged / WEIGHTS, "w") as file:
        file.writestr("encoder/kernel.npy", npy(np.array([print], object)))
    with pytest.raises(RunError, match="Object arrays cannot be loaded"):
        read_model(damaged)
