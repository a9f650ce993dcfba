"""Trained models in the package: small, without pickle, usable at once."""

import fnmatch
import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from PIL import Image
from sklearn.svm import SVC

from aae_jax import decode, load_dataset, load_pretrained, sample_prior
from aae_jax.algorithms.recipes import recipe_for
from aae_jax.core.config import DATA_FIELDS
from aae_jax.core.phases import init_state
from aae_jax.errors import RunError
from aae_jax.pretrained import pretrained_model, pretrained_names
from aae_jax.pretrained.store import KEPT, WEIGHTS
from tests.support.processes import ROOT, call
from tests.support.trees import assert_equal

FOLDER = ROOT / "aae_jax" / "pretrained"


@pytest.mark.parametrize("name", pretrained_names())
def test_every_model_loads_with_the_shapes_of_its_config(name: str) -> None:
    config, params, origin, codes = pretrained_model(name)
    expected = jax.eval_shape(lambda: init_state(config, jax.random.key(0))).params
    assert set(params) == set(KEPT)
    for network, tree in params.items():
        wanted = expected[network]
        assert jax.tree.structure(tree) == jax.tree.structure(wanted)
        for leaf, abstract in zip(
            jax.tree.leaves(tree), jax.tree.leaves(wanted), strict=True
        ):
            assert (leaf.shape, leaf.dtype) == (abstract.shape, jnp.float32)
            assert isinstance(leaf, jax.Array) and bool(jnp.isfinite(leaf).all())
    assert len(origin.class_names) == config.num_classes
    assert codes.z.shape == (len(codes.labels), config.code_dim)
    assert_equal(load_pretrained(name), (config, params))


def test_the_package_holds_digits_and_mnist_and_stays_small() -> None:
    assert {*pretrained_names()} == {"digits", "mnist"}
    for name in pretrained_names():
        files = (FOLDER / name).iterdir()
        assert sum(path.stat().st_size for path in files) < 6_000_000


@pytest.mark.parametrize("name", pretrained_names())
def test_every_model_is_of_a_recipe_of_today_and_says_what_it_reaches(
    name: str,
) -> None:
    config, _, origin, _ = pretrained_model(name)
    recipe = recipe_for(origin.recipe, config.num_train)
    fields = (*DATA_FIELDS, "seed")
    assert config == replace(recipe, **{f: getattr(config, f) for f in fields})
    provenance = json.loads((FOLDER / name / "provenance.json").read_text())
    assert provenance["trained"]["recipe"] == origin.recipe
    assert re.fullmatch("[0-9a-f]{40}", provenance["trained"]["commit"])
    assert provenance["metrics"]["content.prior"] > 0.98


@pytest.mark.parametrize("name", pretrained_names())
def test_nothing_is_pickled_and_no_place_is_named(name: str) -> None:
    with np.load(FOLDER / name / WEIGHTS, allow_pickle=False) as arrays:
        assert {array.dtype for array in arrays.values()} == {np.dtype(np.float16)}
    for path in (FOLDER / name).glob("*.json"):
        assert '"/' not in path.read_text() and " /" not in path.read_text()
    assert pretrained_model(name).origin.data_dir is None


def test_prior_samples_are_read_as_the_digits_asked_for() -> None:
    digits = load_dataset("digits")
    reader = SVC(C=10)
    reader.fit(digits.train.images.reshape(-1, 64) / 255, digits.train.labels)
    config, params = load_pretrained("digits")
    z = sample_prior(config, jax.random.key(1), 500)
    labels = np.arange(500) % 10
    images = np.asarray(decode(config, params, z, labels)).reshape(-1, 64)
    assert reader.score(images, labels) > 0.9


@pytest.mark.parametrize("name", ["", "none", "../pretrained/digits", "__pycache__"])
def test_an_unknown_name_is_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(RunError, match=r"no pretrained model .*: choose digits"):
        load_pretrained(name)


def test_a_wheel_takes_every_file_along() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["aae_jax.pretrained"]
    files = [path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.*")]
    data = [file for file in files if not file.endswith(".pyc")]
    assert len(data) == 5 * len(pretrained_names())
    for file in data:
        assert any(fnmatch.fnmatch(file, pattern) for pattern in patterns), file


@pytest.mark.slow
def test_everything_is_sampled_without_training(tmp_path: Path) -> None:
    picture = np.full((120, 90), 255, np.uint8)
    picture[20:100, 40:50] = 0
    Image.fromarray(picture).save(tmp_path / "one.png")
    choices = ("--digits", "3,7", "--write", "2026", "--interpolate")
    flags = ("--pretrained", "digits", *choices, "--image", "one.png", "--npz")
    status, output, errors = call("sample", *flags, cwd=tmp_path)
    assert (status, errors) == (0, "")
    names = ("digits-3-7", "write-2026", "interpolation")
    stems = (*(f"{name}-10-seed0" for name in names), "restyle-one")
    folder = Path("runs/pretrained-digits/samples")
    assert output.splitlines() == [
        str(folder / f"{stem}.{kind}") for stem in stems for kind in ("png", "npz")
    ]
    for stem in stems:
        with Image.open(tmp_path / folder / f"{stem}.png") as written:
            written.verify()
    config, params = load_pretrained("digits")
    with np.load(tmp_path / folder / f"{stems[1]}.npz") as arrays:
        images, z, labels = (arrays[key] for key in ("images", "z", "labels"))
    painted = decode(config, params, np.repeat(z, 4, axis=0), np.tile(labels, 10))
    np.testing.assert_allclose(images.reshape(-1, 8, 8, 1), painted, atol=1e-5)
