"""A trained run put into the package: exact, with its origin, without its place."""

import json
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from aae_jax import decode, load_dataset, load_run
from aae_jax.algorithms.recipes import RECIPES
from aae_jax.core.config import Config
from aae_jax.core.phases import init_state
from aae_jax.data import DatasetSplits
from aae_jax.errors import ConfigError, RunError
from aae_jax.evaluation.model import Model
from aae_jax.imaging import framing_for
from aae_jax.pretrained.store import KEPT, WEIGHTS, read_model, write_model
from aae_jax.runs.codes import CODES
from aae_jax.runs.journal import append_environment
from aae_jax.runs.making import create_run
from aae_jax.storage.files import replace_arrays
from experiments import export_pretrained
from tests.support.runs import ORIGIN, codes_for, save
from tests.support.trees import assert_equal


@pytest.fixture(scope="module")
def digits() -> DatasetSplits:
    return load_dataset("digits")


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory, digits: DatasetSplits, tutorial: Config
) -> Path:
    """A run on digits whose newest checkpoint, of two, is random weights."""
    path = tmp_path_factory.mktemp("pretrained") / "run"
    config = replace(tutorial, image_shape=(8, 8, 1), num_classes=10, num_train=1437)
    origin = replace(
        ORIGIN,
        data_dir="/home/somebody/data",
        source="digits of /home/somebody",
        fingerprint=digits.fingerprint,
        class_names=digits.class_names,
        framing=framing_for("digits", digits.train.images),
    )
    create_run(path, config, origin)
    append_environment(path, {"python": "3.0", "command": ["/home/somebody"]})
    replace_arrays(path / CODES, codes_for(config)._asdict())
    for epoch in (1, 2):
        save(path, config, init_state(config, jax.random.key(epoch)), epoch)
    return path


@pytest.fixture(scope="module")
def exported(run: Path) -> Path:
    """What the command makes of the run."""
    root = run.parent / "exported"
    flags = (str(run), "--name", "tiny", "--root", str(root))
    content = {"prior": {"value": 0.12345}, "swap": {"value": None}}

    def evaluate(model: Model, *_: object) -> dict:
        stored = read_model(root / "tiny")
        z = jax.numpy.ones((1, model.code_dim))
        expected = decode(stored.config, stored.params, z, np.zeros(1, int))
        np.testing.assert_allclose(model.decode(z, np.zeros(1, int)), expected)
        return {"metrics": {"content": content}}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export_pretrained, "judge_of", lambda splits: None)
        patch.setattr(export_pretrained, "evaluate_model", evaluate)
        assert export_pretrained.main(flags) == 0
    return root / "tiny"


@pytest.mark.slow
def test_the_export_is_the_run_in_half_precision(run: Path, exported: Path) -> None:
    config, params, origin, codes = read_model(exported)
    expected_config, expected = load_run(run)
    assert config == expected_config
    rounded = jax.tree.map(lambda leaf: leaf.astype(np.float16), expected)
    assert_equal(params, jax.tree.map(np.float32, {k: rounded[k] for k in KEPT}))
    assert_equal(codes, codes_for(config))
    assert origin.framing.centering == "box"


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
    assert provenance["metrics"] == {"content.prior": 0.1235}


def test_the_same_run_gives_the_same_bytes(exported: Path, tmp_path: Path) -> None:
    write_model(tmp_path, read_model(exported))
    assert (tmp_path / WEIGHTS).read_bytes() == (exported / WEIGHTS).read_bytes()


@pytest.mark.parametrize("name", ["", "..", "a/b", "Digits"])
def test_names_that_are_no_folders_are_not_written(run: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="--name must be"):
        export_pretrained.main((str(run), "--name", name, "--root", str(run)))


@pytest.mark.parametrize("recipe", ["unsupervised", "no_adversary"])
def test_models_without_styles_or_contents_are_refused(
    exported: Path, recipe: str
) -> None:
    model = read_model(exported)
    export_pretrained.check_ability(model)
    with pytest.raises(RunError, match=r"needs both: export a run of another recipe"):
        export_pretrained.check_ability(model._replace(config=RECIPES[recipe]))


def test_large_models_are_not_put_into_the_package(exported: Path) -> None:
    model = read_model(exported)
    export_pretrained.check_size(model)
    large = {**model.params, "encoder": {"kernel": np.zeros((1800, 1700), np.float32)}}
    with pytest.raises(RunError, match=r"6\.1 MB of weights.*--hidden-dim"):
        export_pretrained.check_size(model._replace(params=large))
