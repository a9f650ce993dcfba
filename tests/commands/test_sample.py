"""What is drawn from a trained model, and what cannot be."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aae_jax import decode, encode, load_run
from aae_jax.algorithms.catalog import ALGORITHMS
from aae_jax.algorithms.unsupervised import Unsupervised
from aae_jax.commands import sample
from aae_jax.commands.choices import needs_random_styles
from aae_jax.commands.sample_request import SampleRequest
from aae_jax.core.abilities import DecodesLabels, HasPrior
from aae_jax.core.config import Config
from aae_jax.errors import AAEError, ConfigError, DataError, RunError
from aae_jax.imaging import Framing
from aae_jax.runs.codes import CODES
from aae_jax.runs.making import create_run
from aae_jax.storage.files import replace_arrays
from tests.support.configs import bare, everything_on, quick_state
from tests.support.runs import ORIGIN, codes_for, save
from tests.support.trees import assert_equal

FRAMING = Framing(height=8.0, width=7.0, center_y=4.0, center_x=4.0)
Z, K, IMAGE = 3, 4, (8, 8, 1)


def can(algorithm: type[Config]) -> tuple[bool, bool]:
    """Return what sampling asks: has it a prior, is its decoder told labels?"""
    tiny = bare(algorithm)
    return isinstance(tiny, HasPrior), isinstance(tiny, DecodesLabels)


DISTINCT = {can(algorithm): algorithm for algorithm in reversed(ALGORITHMS)}.values()
"""The first algorithm of each kind, as far as sampling can tell them apart."""


@pytest.fixture(params=DISTINCT, ids=lambda algorithm: algorithm.kind)
def config(request: pytest.FixtureRequest) -> Config:
    return replace(everything_on(request.param), image_shape=IMAGE)


@pytest.fixture
def labelled(config: Config) -> bool:
    return isinstance(config, DecodesLabels)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    picture = np.full((120, 90), 255, np.uint8)
    picture[20:100, 40:50] = 0
    Image.fromarray(picture).save("my_digit.png")


def made(config: Config, path: str = "run") -> Path:
    """Make a run whose weights are those of the first state."""
    run = Path(path)
    create_run(run, config, replace(ORIGIN, framing=FRAMING))
    save(run, config, quick_state(config), 1)
    replace_arrays(run / CODES, codes_for(config)._asdict())
    return run


def arrays_of(stem: str, run: str = "run") -> dict[str, np.ndarray]:
    """Read what was drawn, after a look at its picture."""
    folder = Path(run, "samples")
    with Image.open(folder / f"{stem}.png") as written:
        written.verify()
    with np.load(folder / f"{stem}.npz") as stored:
        return dict(stored)


def assert_painted(config: Config, drawn: dict[str, np.ndarray]) -> None:
    """The images are the contents in the styles."""
    params = quick_state(config).params
    images, z, labels = (drawn[name] for name in ("images", "z", "labels"))
    if isinstance(config, DecodesLabels):
        rows, columns = np.repeat(z, len(labels), axis=0), np.tile(labels, len(z))
        painted = decode(config, params, rows, columns)
    else:
        painted = decode(config, params, z)
    np.testing.assert_allclose(images.reshape(-1, *IMAGE), painted, atol=1e-5)


@pytest.mark.slow
def test_random_styles_are_drawn_where_codes_lie(
    config: Config, labelled: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    made(config)
    assert sample.main(["--run-dir", "run", "--num-styles", "3", "--npz"]) == 0
    stem = "style_grid-3-seed0" if labelled else "samples-3-seed0"
    said = capsys.readouterr().out.splitlines()
    assert {f"run/samples/{stem}.{kind}" for kind in ("png", "npz")} <= set(said)
    about = [line for line in said if not line.startswith("run/samples/")]
    drawn = arrays_of(stem)
    assert drawn["images"].shape == (3, K if labelled else 10, *IMAGE)
    assert_painted(config, drawn)
    if isinstance(config, HasPrior):
        assert about == []
        assert abs(drawn["z"].mean()) < config.scale
    else:
        assert len(about) == 1 and "has no prior: styles are drawn from" in about[0]
        assert abs(drawn["z"].mean() - 9) < 1


@pytest.mark.slow
def test_contents_are_chosen_where_the_decoder_is_told_them(
    config: Config, labelled: bool
) -> None:
    made(config)
    if not labelled:
        for flags in (["--digits", "3"], ["--write", "20"]):
            words = rf"{flags[0]} cannot act: the decoder of {config.kind} is told no"
            with pytest.raises(ConfigError, match=words):
                sample.main(["--run-dir", "run", *flags])
        assert not Path("run/samples").exists()
        return
    flags = ["--digits", "3,1", "--write", "20220", "--num-styles", "6", "--npz"]
    assert sample.main(["--run-dir", "run", *flags]) == 0
    chosen = arrays_of("digits-3-1-6-seed0")
    assert chosen["images"].shape == (6, 2, *IMAGE)
    assert_painted(config, chosen)
    written = arrays_of("write-20220-6-seed0")
    assert written["labels"].tolist() == [2, 0, 2, 2, 0]
    assert_equal(written["images"][:, 0], written["images"][:, 2])
    assert_painted(config, written)


@pytest.mark.slow
def test_every_algorithm_goes_from_style_to_style_and_takes_one(
    config: Config, labelled: bool
) -> None:
    made(config)
    flags = ["--interpolate", "--animate", "--image", "my_digit.png", "--npz"]
    assert sample.main(["--run-dir", "run", *flags]) == 0
    with Image.open("run/samples/interpolation-10-seed0-animated.png") as moving:
        assert moving.n_frames == 10 + 8, "there and back"
    contents = K if labelled else 1
    walk = arrays_of("interpolation-10-seed0")
    assert walk["images"].shape == (10, contents, *IMAGE)
    assert_painted(config, walk)
    steps = np.linalg.norm(np.diff(walk["z"], axis=0), axis=1)
    assert np.all(steps > 0) and steps.max() < 2 * steps.min()
    taken = arrays_of("restyle-my_digit")
    assert taken["images"].shape == (1, contents, *IMAGE)
    assert_painted(config, taken)


@pytest.mark.slow
def test_how_a_picture_was_prepared_is_shown_and_no_picture_is_written_over(
    default: Config,
) -> None:
    made(replace(default, image_shape=IMAGE))
    flags = ["--run-dir", "run", "--image", "my_digit.png", "--show-preparation"]
    for stem in ("restyle-my_digit", "restyle-my_digit-2"):
        assert sample.main(flags) == 0
        assert Path(f"run/samples/{stem}.png").exists()
        assert Path(f"run/samples/{stem}-preparation.png").exists()
    with pytest.raises(ConfigError, match="name one by --image"):
        SampleRequest(show_preparation=True)


@pytest.mark.slow
def test_a_picture_in_color_is_taken_whole(default: Config) -> None:
    config = replace(default, image_shape=(8, 8, 3))
    made(config)
    Image.new("RGB", (90, 60), (255, 0, 51)).save("red.png")
    assert sample.main(["--run-dir", "run", "--image", "red.png", "--npz"]) == 0
    red = np.broadcast_to(np.array([1, 0, 0.2], np.float32), (1, 8, 8, 3))
    z = encode(config, quick_state(config).params, red)
    taken = arrays_of("restyle-red")
    np.testing.assert_allclose(taken["z"], z, atol=1e-5)
    assert taken["images"].shape == (1, K, 8, 8, 3)


@pytest.mark.slow
def test_a_page_is_written_where_it_is_told_to_and_nothing_else(
    default: Config,
) -> None:
    made(replace(default, image_shape=IMAGE))
    assert sample.main(["--run-dir", "run", "--page", "site/styles.html"]) == 0
    assert "<title>" in Path("site/styles.html").read_text()
    assert not Path("run/samples").exists()
    made(bare(Unsupervised, image_shape=IMAGE), "blind")
    with pytest.raises(ConfigError, match="--page cannot act"):
        sample.main(["--run-dir", "blind", "--page", "blind.html", "--npz"])
    assert not Path("blind.html").exists() and not Path("blind/samples").exists()


@pytest.mark.slow
def test_the_newest_run_is_sampled_and_seeds_repeat(default: Config) -> None:
    made(replace(default, image_shape=IMAGE), "runs/newest")
    grids = []
    for seed in ("1", "1", "2"):
        assert sample.main(["--npz", "--seed", seed]) == 0
        drawn = arrays_of(f"style_grid-10-seed{seed}", "runs/newest")
        grids.append(drawn["images"])
    assert_equal(grids[0], grids[1])
    assert not np.array_equal(grids[0], grids[2])


@pytest.mark.parametrize(
    ("flags", "error", "message"),
    [
        (["--num-styles", "0"], ConfigError, "must be 1 to 1000, not 0"),
        (["--seed", "-1"], ConfigError, "--seed must be 0 to"),
        (["--run-dir", "nowhere"], RunError, "nowhere is no run directory"),
        ([], RunError, r"no trained run .*sample.py --pretrained mnist"),
        (
            ["--pretrained", "digits", "--image", "missing.png"],
            DataError,
            "missing.png",
        ),
        (["--pretrained", "none"], RunError, "no pretrained model 'none'"),
        (["--pretrained", "digits", "--run-dir", "run"], ConfigError, "give only one"),
    ],
)
def test_mistakes_are_said_in_words(
    flags: list[str],
    error: type[AAEError],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if error is not ConfigError:
        with pytest.raises(error, match=message):
            sample.main(flags)
        return
    with pytest.raises(SystemExit) as stopped:
        sample.main(flags)
    assert stopped.value.code == 2
    words = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert message in words


def test_only_random_styles_need_to_know_where_codes_lie() -> None:
    picture = SampleRequest(image=Path("digit.png"))
    assert not needs_random_styles(picture)
    assert needs_random_styles(SampleRequest())
    assert needs_random_styles(replace(picture, interpolate=True))


def test_a_run_of_the_callers_may_lie_anywhere(default: Config, tmp_path: Path) -> None:
    config = replace(default, image_shape=IMAGE)
    made(config, "far/away/run")
    assert sample.main(["--run-dir", str(tmp_path / "far/away/run")]) == 0
    assert_equal(load_run("far/away/run")[1], quick_state(config).params)
