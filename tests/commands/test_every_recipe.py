"""Every recipe from its first epoch to its evaluation, in this process."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import jax
import numpy as np
import pytest

from aae_jax import load_run
from aae_jax.algorithms.recipes import RECIPES
from aae_jax.commands import evaluate, sample, train
from aae_jax.core.abilities import DecodesLabels, HasPrior
from aae_jax.errors import RunError
from aae_jax.runs.recorder import loss_names
from tests.support.marks import EXHAUSTIVE
from tests.support.processes import ROOT, metrics
from tests.support.trees import assert_close, assert_equal

pytestmark = pytest.mark.slow

TINY = (
    *("--dataset", "digits", "--hidden-dim", "8"),
    *("--checkpoint-seconds", "0"),
)


DISTINCT = {
    type(config): name
    for name, config in reversed(RECIPES.items())
    if name != "tutorial"
}.values()
"""The first recipe of each algorithm; tutorial is as default."""

MEASURED = ("default", "semi_supervised", "mixture_labeled")
"""Those that differ in what is measured; tests/evaluation has what differs in how."""

ALWAYS = ("default", "autoencoder")
"""The others are exhaustive."""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def train_tiny(recipe: str, run: str, *flags: object) -> None:
    """Train a recipe, tiny, into `run`."""
    given = flags if "--latent-dim" in flags else (*flags, "--latent-dim", 3)
    argv = ["--recipe", recipe, *TINY, "--run-dir", run, *map(str, given)]
    assert train.main(argv) == 0


@pytest.mark.parametrize(
    "recipe",
    [pytest.param(r, marks=() if r in ALWAYS else EXHAUSTIVE) for r in DISTINCT],
)
def test_a_recipe_trains_draws_samples_and_may_be_measured(
    recipe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    prior = getattr(RECIPES[recipe], "prior", None)
    length = getattr(prior, "dimensions", None) or 3
    train_tiny(recipe, "runs/one", "--epochs", 2, "--latent-dim", length)
    config, _ = load_run("runs/one")
    grid = "style_grid" if isinstance(config, DecodesLabels) else "samples"
    drawn = {path.stem for path in Path("runs/one/figures").iterdir()}
    assert drawn >= {grid, "reconstructions", "posterior", "losses"}
    *_, shown, more = capsys.readouterr().out.splitlines()
    assert shown in {
        f"{name.replace('_', ' ')}: runs/one/figures/{name}.png" for name in drawn
    }
    assert more == f"sample more: python {ROOT / 'sample.py'} --run-dir runs/one"
    first, last = metrics(Path("runs/one"))
    losses = loss_names(config)
    assert list(first)[1 : 1 + len(losses)] == losses
    assert last["validation_error"] < first["validation_error"]

    assert sample.main(["--npz"]) == 0
    written = capsys.readouterr().out.splitlines()
    assert f"runs/one/samples/{grid}-10-seed0.png" in written
    arrays = f"runs/one/samples/{grid}-10-seed0.npz"
    with np.load(arrays) as found:
        assert found["images"].shape == (10, 10, 8, 8, 1)
        styles = 10 if isinstance(config, DecodesLabels) else 100
        assert found["z"].shape == (styles, config.code_dim)

    if recipe not in MEASURED:
        return
    assert evaluate.main(["runs/one"]) == 0
    evaluation = json.loads(Path("runs/one/evaluation.json").read_text())
    assert evaluation["config"]["algorithm"] == config.kind
    assert set(evaluation["changes"]) - {"latent_dim"} == {"hidden_dim", "epochs"}
    assert Path("runs/one/figures/evaluation.png").exists()


@pytest.mark.exhaustive
def test_a_run_without_a_prior_says_where_its_styles_are_drawn_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for recipe in ("no_adversary", "unsupervised"):
        train_tiny(recipe, recipe, "--epochs", 1)
        config, _ = load_run(recipe)
        capsys.readouterr()
        assert sample.main(["--run-dir", recipe]) == 0
        said = capsys.readouterr().out.splitlines()
        about = [line for line in said if "has no prior: styles are drawn" in line]
        assert len(about) == (not isinstance(config, HasPrior))


def lose(codes: Path) -> None:
    codes.unlink()


def damage(codes: Path) -> None:
    codes.write_bytes(codes.read_bytes()[:99])


@pytest.mark.parametrize("spoil", [lose, damage])
def test_codes_that_were_lost_are_written_again_as_advised(
    spoil: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    train_tiny("autoencoder", "run", "--epochs", 1)
    codes = Path("run/codes.npz")
    whole = codes.read_bytes()
    spoil(codes)
    with pytest.raises(RunError) as said:
        sample.main(["--run-dir", "run"])
    advice = f"again with python {ROOT / 'train.py'} --run-dir run --resume"
    assert str(said.value).endswith(advice)
    assert len(str(said.value).splitlines()) == 1
    resume = ["--run-dir", "run", "--resume"]
    assert train.main(resume) == 0
    assert codes.read_bytes() == whole
    assert sample.main(["--run-dir", "run"]) == 0
    capsys.readouterr()
    assert train.main(resume) == 0
    assert capsys.readouterr().out == "run is finished: all its 1 epochs are trained\n"


@pytest.mark.exhaustive
def test_seeds_trained_at_once_are_the_runs_that_each_would_be() -> None:
    recipe = "autoencoder"
    train_tiny(recipe, "sweep", "--epochs", 2, "--num-seeds", 2, "--seed", 3)
    for seed in (3, 4):
        train_tiny(recipe, f"alone-{seed}", "--epochs", 2, "--seed", seed)
        _, expected = load_run(f"alone-{seed}")
        config, params = load_run(f"sweep/seed-{seed}")
        assert config.seed == seed
        assert_close(params, expected, tolerance=1e-4)
        written = [
            {path.name for path in Path(run).iterdir()} - {".lock"}
            for run in (f"sweep/seed-{seed}", f"alone-{seed}")
        ]
        assert written[0] == written[1]


def test_a_sweep_goes_on_together_or_each_by_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    constant = ("--schedule", "constant")
    train_tiny("autoencoder", "sweep", *constant, "--epochs", 1, "--num-seeds", 2)
    shutil.copytree("sweep", "copy")
    assert train.main(["--run-dir", "sweep", "--resume", "--epochs", "2"]) == 0
    capsys.readouterr()
    assert train.main(["--run-dir", "sweep", "--resume"]) == 0
    assert "sweep is finished: all its 2 epochs" in capsys.readouterr().out
    alone = Path("copy/seed-1")
    assert train.main(["--run-dir", str(alone), "--resume", "--epochs", "2"]) == 0
    with pytest.raises(RunError, match="differ in more than their seeds: continue"):
        train.main(["--run-dir", "copy", "--resume"])
    expected, found = (
        jax.tree.leaves(load_run(run)[1]) for run in (alone, "sweep/seed-1")
    )
    assert_close(found, expected, tolerance=1e-4)


def test_a_run_that_is_ahead_goes_back_to_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    train_tiny("autoencoder", "sweep", "--epochs", 2, "--num-seeds", 2)
    shutil.copytree("sweep", "copy")
    shutil.rmtree("copy/seed-1/checkpoints/2")
    for seed in (0, 1):
        shutil.rmtree(f"copy/seed-{seed}/figures")
    capsys.readouterr()
    assert train.main(["--run-dir", "copy", "--resume"]) == 0
    assert "continuing copy after epoch 1 of 2" in capsys.readouterr().out
    for seed in (0, 1):
        run, copy = Path(f"sweep/seed-{seed}"), Path(f"copy/seed-{seed}")
        assert metrics(copy) == metrics(run)
        assert_equal(load_run(copy), load_run(run))
