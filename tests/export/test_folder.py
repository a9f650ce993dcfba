"""An export as a folder: read back bit for bit, whole or not there, never a loss."""

import re
import subprocess
import sys
from dataclasses import replace
from email.message import Message
from pathlib import Path

import numpy as np
import pytest
import yaml

from aae_jax import decode, encode, load_run
from aae_jax.algorithms.reduction import Reduction
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.export import About, card, folder, write_export
from aae_jax.runs.codes import read_codes
from aae_jax.runs.folder import read_origin
from aae_jax.runs.model import Model
from tests.support.configs import everything_on, first_state
from tests.support.processes import ROOT, environment
from tests.support.runs import ORIGIN, codes_for
from tests.support.trees import assert_equal

BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"aae_jax", "flax", "optax", "orbax"}:
            raise ImportError(name)

sys.meta_path.insert(0, Blocked())
import numpy as np

given = np.load("given.npz")
images, labels = given["images"], given["labels"]
"""


def model_of(config: Config) -> Model:
    return Model(config, first_state(config).params, ORIGIN, codes_for(config))


@pytest.fixture(scope="module")
def model(default: Config) -> Model:
    return model_of(default)


@pytest.fixture(scope="module")
def exported(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export, not to be changed."""
    path = tmp_path_factory.mktemp("exports") / "model"
    written = write_export(path, model, About())
    assert written == sorted(path.iterdir())
    return path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions are not written: nothing is said about them."""
    monkeypatch.setattr(folder, "portable", lambda *_: b"")


@pytest.mark.usefixtures("quick")
def test_what_was_exported_is_loaded_like_a_run(tmp_path: Path) -> None:
    config = everything_on(Reduction)
    model = model_of(config)
    write_export(tmp_path / "model", model, About())
    loaded, params = load_run(tmp_path / "model")
    assert loaded == config
    names = config.phases()[0].updates
    assert_equal(params, {name: model.params[name] for name in names})
    assert read_origin(tmp_path / "model") == ORIGIN
    assert_equal(read_codes(tmp_path / "model", config), model.codes)


@pytest.mark.slow
def test_the_card_says_how_to_run_it_without_this_package(
    exported: Path, model: Model, tmp_path: Path
) -> None:
    config, params, _, _ = model
    images = np.random.default_rng(0).random((7, *config.image_shape), np.float32)
    labels = np.arange(7, dtype=np.int32) % config.num_classes
    np.savez(tmp_path / "given.npz", images=images, labels=labels)
    card = (exported / "README.md").read_text()
    _, code = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    saved = 'np.savez("found.npz", z=z, painted=painted)'
    script = BLOCKED + code.replace("FOLDER", str(exported)) + saved
    subprocess.run(
        [sys.executable, "-I", "-c", script],
        cwd=tmp_path,
        env=environment(),
        check=True,
    )
    with np.load(tmp_path / "found.npz") as found:
        z = encode(config, params, images)
        np.testing.assert_allclose(found["z"], z, rtol=0, atol=1e-6)
        painted = decode(config, params, z, labels)
        np.testing.assert_allclose(found["painted"], painted, rtol=0, atol=1e-6)


def test_the_guide_shows_the_loader_of_the_card(exported: Path) -> None:
    card, guide = exported / "README.md", ROOT / "docs" / "guides" / "exporting.md"
    (loader,) = re.findall(r"import jax\n.*?\*inputs\)\n", card.read_text(), re.DOTALL)
    assert loader in guide.read_text()
    assert len([line for line in loader.splitlines() if line.strip()]) <= 10


@pytest.mark.usefixtures("quick")
def test_an_export_takes_the_place_of_an_older_one_alone(
    exported: Path, model: Model, tmp_path: Path
) -> None:
    path = tmp_path / "model"
    for num_epochs in (1, 2):
        write_export(path, model, About(epochs=num_epochs))
        assert f"for {num_epochs} of 3 epochs" in (path / "README.md").read_text()
    assert list(tmp_path.iterdir()) == [path]
    (path / "notes.txt").touch()
    other, file = tmp_path / "other", tmp_path / "file"
    other.mkdir()
    write_export(other, model, About())
    (other / "model.safetensors").unlink()
    file.touch()
    for taken in (path, other, file):
        with pytest.raises(RunError, match=f"{taken.name} .*choose another folder"):
            write_export(taken, model, About())
    assert (path / "notes.txt").exists() and (other / "config.json").exists()


@pytest.mark.usefixtures("quick")
def test_a_failed_export_leaves_the_older_one(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("No space left")

    path = tmp_path / "model"
    write_export(path, model, About(epochs=1))
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    monkeypatch.setattr(folder, "write_weights", fail)
    with pytest.raises(OSError, match="No space"):
        write_export(path, model, About(epochs=2))
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("quick")
def test_no_folder_of_this_machine_is_named(model: Model, tmp_path: Path) -> None:
    places = replace(
        ORIGIN, dataset="/home/me/cats.npz", data_dir="/home/me", source="/home/me/cats"
    )
    write_export(tmp_path / "model", model._replace(origin=places), About())
    assert read_origin(tmp_path / "model").dataset == "cats.npz"
    for file in (tmp_path / "model").iterdir():
        assert b"/home/me" not in file.read_bytes()


@pytest.mark.usefixtures("quick")
def test_the_card_has_the_metadata_that_hubs_read(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = Message()
    installed["Project-URL"] = "Repository, https://some.where/aae"
    monkeypatch.setattr(card, "metadata", lambda name: installed)
    odd = replace(ORIGIN, recipe="*my* <b>", dataset="mnist", source='"x": [y](z)')
    write_export(tmp_path, model._replace(origin=odd), About(license="mit"))
    _, head, text = (tmp_path / "README.md").read_text().split("---\n", 2)
    found = yaml.safe_load(head)
    assert (found["license"], found["datasets"]) == ("mit", ["mnist"])
    assert {"jax", "supervised"} <= set(found["tags"])
    assert r"\*my\* \<b\> on mnist" in text and r"\[y\](z)" in text
    assert "<!--" not in text and "CC BY-SA 3.0" in text
    assert "pip install git+https://some.where/aae" in text


def test_packages_that_are_missing_are_named(
    exported: Path, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aae_jax.runs.weights.find_spec", lambda name: None)
    with pytest.raises(RunError, match="pip install safetensors flatbuffers"):
        write_export(tmp_path / "model", model, About())
    with pytest.raises(RunError, match="pip install safetensors"):
        load_run(exported)
