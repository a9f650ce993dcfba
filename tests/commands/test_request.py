"""One parse of the command line, laid over any config, and what it refuses."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest

from aae_jax.algorithms.catalog import from_dict, to_dict
from aae_jax.algorithms.recipes import (
    DEFAULT,
    DEFAULT_SMALL,
    RECIPES,
    TUTORIAL,
    recipe_for,
)
from aae_jax.commands.request import Request, parse
from aae_jax.commands.starting import prepare
from aae_jax.core.abilities import components_of
from aae_jax.core.changes import kinds_of, laid_over
from aae_jax.core.config import DATA_FIELDS
from aae_jax.core.mixture import Mixture
from aae_jax.core.parts import Part, field_type, part_types
from aae_jax.core.swiss_roll import SwissRoll
from aae_jax.data import load_dataset
from aae_jax.errors import ConfigError
from aae_jax.runs.making import create_run
from tests.support.processes import ROOT
from tests.support.runs import ORIGIN

HEAVY = {"orbax", "matplotlib", "sklearn", "tensorflow_datasets", "skimage"}


def words_of(argv: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return what a refused command line is told."""
    try:
        parse(argv)
    except ConfigError as error:
        return str(error)
    except SystemExit as stopped:
        assert stopped.code == 2
        return " ".join(capsys.readouterr().err.replace("│", " ").split())
    raise AssertionError("nothing was refused")


def leaves(part: Part, prefix: str = "") -> dict[str, Any]:
    """Return the fields of a part, and of the parts in it, with another value each."""
    found = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, Part):
            found |= leaves(value, f"{prefix}{field.name}.")
            if len(part_types(type(part), field.name)) > 1:
                found[prefix + field.name] = value.kind
        elif not prefix and field.name in DATA_FIELDS:
            continue
        else:
            found[prefix + field.name] = other(part, field.name)
    return found


def other(part: Part, name: str) -> Any:
    value = getattr(part, name)
    expected, _ = field_type(type(part), name)
    if get_origin(expected) is not None:
        return next(choice for choice in get_args(expected) if choice != value)
    if expected is bool:
        return not value
    return value / 2 + 0.125 if expected is float else value + 1


def flag(name: str, value: Any) -> list[str]:
    name = name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    return [f"--{name}", str(value)]


def value_in(part: Part, name: str) -> Any:
    value: Any = part
    for word in name.split("."):
        value = getattr(value, word)
    return value.kind if isinstance(value, Part) else value


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_field_of_every_recipe_is_a_flag(recipe: str) -> None:
    values = {**leaves(RECIPES[recipe]), "schedule": "cosine"}
    if components_of(RECIPES[recipe]):
        values["latent_dim"] = 2
    if "head_places" in values:
        values["latent_dim"] = 30
    flags = [word for name, value in values.items() for word in flag(name, value)]
    request = parse(["--recipe", recipe, *flags])
    assert request.changes == values
    config = request.over(RECIPES[recipe])
    assert {name: value_in(config, name) for name in values} == values


CHOICES = [
    (recipe, name, kind)
    for recipe, config in RECIPES.items()
    for name, kinds in kinds_of(config).items()
    for kind in kinds
]


@pytest.mark.parametrize(("recipe", "name", "kind"), CHOICES)
def test_every_kind_of_a_part_has_its_fields_as_flags(
    recipe: str, name: str, kind: str
) -> None:
    base = RECIPES[recipe]
    fitting = {"latent_dim": 2, "schedule": "cosine"}
    part = kinds_of(base)[name][kind]()
    values = {name: kind, **fitting, **leaves(part, f"{name}.")}
    flags = [word for each, value in values.items() for word in flag(each, value)]
    request = parse(["--recipe", recipe, *flags])
    assert request.changes == values
    found = request.over(base)
    assert getattr(found, name).kind == kind
    assert from_dict(to_dict(found)) == found
    assert leaves(getattr(found, name)) != leaves(part) or not fields(part)


def test_a_part_that_is_of_its_kind_already_keeps_its_values() -> None:
    base = replace(RECIPES["mixture"], prior=Mixture(across=0.2))
    asked = ["--recipe", "mixture", "--prior", "mixture", "--prior.along", "0.3"]
    assert parse(asked).over(base).prior == Mixture(across=0.2, along=0.3)
    other = parse([*asked[:2], "--prior", "swiss_roll"]).over(base)
    assert other.prior == SwissRoll()


def test_a_run_that_is_continued_has_the_flags_of_its_own_kinds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run"
    config = replace(RECIPES["manifold"], prior=Mixture(across=0.2))
    create_run(path, config, replace(ORIGIN, recipe="manifold"))
    resume = ["--resume", "--run-dir", str(path)]
    assert parse([*resume, "--prior.across", "0.2"]).over(config) == config
    assert parse([*resume, "--prior", "mixture"]).over(config) == config
    words = words_of([*resume, "--prior.std", "1"], capsys)
    assert "the prior is of the kind mixture" in words


def test_the_data_and_the_flags_decide_together_how_many_components_are_needed() -> (
    None
):
    few = parse(["--recipe", "mixture_labeled", "--prior.components", "4"])
    data = {"num_classes": 4, **few.changes}
    assert laid_over(RECIPES["mixture_labeled"], data).prior.components == 4
    with pytest.raises(ConfigError, match=r"--prior\.components 10"):
        few.over(RECIPES["mixture_labeled"])


@pytest.mark.parametrize("recipe", RECIPES)
def test_flags_of_a_recipe_are_the_fields_of_its_algorithm(
    recipe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        parse(["--recipe", recipe, "--help"])
    assert stopped.value.code == 0
    shown = set(capsys.readouterr().out.replace("[", " ").replace(",", " ").split())
    flags = {name.replace("_", "-") for name in leaves(RECIPES[recipe])}
    assert {f"--{name}" for name in flags} <= shown
    every = {name.replace("_", "-") for r in RECIPES.values() for name in leaves(r)}
    suppressed = {name.replace("_", "-") for name in DATA_FIELDS}
    assert not {f"--{name}" for name in (every - flags) | suppressed} & shown


def test_the_recipe_decides_the_defaults_that_help_shows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for recipe, epochs in (("tutorial", 1000), ("default", DEFAULT.epochs)):
        with pytest.raises(SystemExit):
            parse(["--recipe", recipe, "--help"])
        text = " ".join(capsys.readouterr().out.replace("│", " ").split())
        passes = f"Number of passes over the training images. (default: {epochs})"
        assert passes in text
        assert f"start from. (default: {recipe})" in text


def test_only_what_is_given_changes_a_base() -> None:
    assert parse([]).over(TUTORIAL) == TUTORIAL
    request = parse(["--latent-dim", "2", "--generator.lr=3e-4", "--no-standardizes"])
    assert request.changes == {
        "latent_dim": 2,
        "generator.lr": 3e-4,
        "standardizes": False,
    }
    for base in (DEFAULT, DEFAULT_SMALL, TUTORIAL):
        generator = replace(base.generator, lr=3e-4)
        changed = replace(base, latent_dim=2, generator=generator, standardizes=False)
        assert request.over(base) == changed


def test_a_run_that_is_continued_has_the_flags_of_its_recipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sweep" / "seed-3"
    origin = replace(ORIGIN, recipe="autoencoder")
    create_run(path, RECIPES["autoencoder"], origin)
    for run in (path, path.parent):
        resume = ["--resume", "--run-dir", str(run)]
        assert parse([*resume, "--scale", "3"]).changes == {"scale": 3.0}
        assert "generator.lr" in words_of([*resume, "--generator.lr", "1"], capsys)
        anew = parse([*resume, "--recipe", "default", "--generator.lr", "1"])
        assert anew.changes == {"generator.lr": 1.0}


def test_a_value_that_is_the_default_is_given_all_the_same() -> None:
    request = parse(["--epochs", str(DEFAULT.epochs)])
    assert request.over(TUTORIAL).epochs == DEFAULT.epochs != TUTORIAL.epochs


def test_whether_a_batch_is_too_large_is_for_the_data_to_say() -> None:
    request = parse(["--batch-size", "60000"])
    assert request.over(replace(DEFAULT, num_train=70_000)).batch_size == 60_000
    with pytest.raises(ConfigError, match="there are only 55000 training images"):
        request.over(DEFAULT)


def test_what_is_no_hyper_parameter_is_an_option() -> None:
    request = parse(["--run-dir", "epochs", "--dataset=digits", "--num-seeds", "3"])
    assert request.changes == {}
    assert request.given == {"run_dir", "dataset", "num_seeds"}
    assert request.options.run_dir == Path("epochs")
    assert list(request.seeds(replace(DEFAULT, seed=7))) == [7, 8, 9]


def test_a_field_that_a_base_lacks_cannot_act() -> None:
    request = parse(["--generator.lr", "1"])
    with pytest.raises(ConfigError, match=r"--generator.lr cannot act: autoencoder"):
        request.over(RECIPES["autoencoder"])


def test_the_data_decides_its_fields_and_which_values_a_recipe_has() -> None:
    digits = load_dataset("digits")
    config = prepare(parse(["--dataset", "digits", "--seed", "4"])).config
    shape = {"image_shape": (8, 8, 1), "num_classes": 10}
    num_train = len(digits.train.labels)
    assert config == replace(DEFAULT_SMALL, **shape, num_train=num_train, seed=4)
    with pytest.raises(ConfigError, match="batch_size is 9999 but there are only"):
        prepare(parse(["--dataset", "digits", "--batch-size", "9999"]))


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--epochs", "0"], "epochs must be an integer, at least 1, not 0"),
        (["--recipe", "best"], "tutorial"),
        (["--latent-dm", "3"], "--latent-dim"),
        (["--resume"], "--resume needs --run-dir"),
        (["--checkpoint-seconds", "-1"], "at least 0"),
        (["--devices", "0"], "--devices must be at least 1, not 0"),
        (["--num-seeds", "0"], "--num-seeds must be at least 1, not 0"),
        (["--chunk-images", "0"], "--chunk-images must be at least 1, not 0"),
        (["--num-seeds", "2", "--process-id", "0"], "are for one process"),
        (["--num-seeds", "2", "--seed", "4294967295"], "ends at 4294967296"),
        (["--coordinator", "garbage"], "must be HOST:PORT with a port from 1 to"),
        (["--coordinator", "127.0.0.1:99999"], "not '127.0.0.1:99999'"),
        (["--prior.std", "nan"], "must be a number, 1e-6 to 1e6, not nan"),
        (["--generator.beta1", "1"], "beta1 of Adam must be at least 0 and less than"),
        (["--image-shape", "3", "3", "1"], "image-shape"),
        (["--prior-std", "3"], "--prior.std"),
        (["--recipe", "autoencoder", "--generator.lr", "1"], "generator.lr"),
        (["--recipe", "autoencoder", "--prior.std", "1"], "prior.std"),
        (["--recipe", "unsupervised", "--discriminator-sees", "code"], "-sees"),
        (["--scale", "2"], "--scale"),
        (["--recipe", "mixture", "--prior.std", "1"], "choose --prior gaussian"),
        (["--recipe", "manifold", "--prior.turns", "1"], "choose --prior swiss_roll"),
        (["--recipe", "manifold", "--prior", "cube"], "swiss_roll"),
        (["--recipe", "mixture_labeled", "--prior", "gaussian"], "'swiss_roll'"),
        (["--recipe", "unsupervised", "--prior", "mixture"], "--latent-dim 2"),
        (["--prior", "mixture"], "--prior"),
        (["--network.channels", "8"], "mlp, which has no field: choose --network conv"),
    ],
)
def test_wrong_flags_end_in_words(
    argv: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in words_of(argv, capsys)


@pytest.mark.parametrize("dataset", ["mnist", "digits"])
def test_constant_rates_are_refused_where_some_hold_before_they_fall(
    dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["--dataset", dataset, "--schedule", "constant"]
    words = words_of(argv, capsys)
    assert "discriminator.hold and generator.hold cannot act" in words
    fix = "--discriminator.hold 0 --generator.hold 0"
    assert f"--schedule cosine, or {fix}" in words
    without = parse([*argv, "--discriminator.hold", "0", "--generator.hold", "0"])
    assert without.over(recipe_for("default", 1)).schedule == "constant"


def test_seeds_end_where_they_end(capsys: pytest.CaptureFixture[str]) -> None:
    request: Request = parse(["--num-seeds", "2"])
    with pytest.raises(ConfigError, match=r"ends at 4294967296.* smaller --seed"):
        request.seeds(replace(DEFAULT, seed=2**32 - 1))


HELPS = [("sample",), ("evaluate",), ("train", "--recipe", "autoencoder")]
LISTING = """
import runpy, sys
command, *flags = sys.argv[1:]
sys.argv = [command, *flags, "--help"]
try:
    runpy.run_module(f"aae_jax.commands.{command}", run_name="__main__")
finally:
    print(*{name.split(".")[0] for name in sys.modules}, file=sys.stderr)
"""


@pytest.mark.slow
@pytest.mark.parametrize("command", HELPS, ids=lambda command: command[-1])
def test_help_needs_no_device_and_nothing_heavy(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LISTING, *command],
        cwd=ROOT,
        env={**os.environ, "JAX_PLATFORMS": "cuda"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "show this help message" in done.stdout
    assert "tyro" in done.stderr.split()
    assert not set(done.stderr.split()) & HEAVY
