"""The page in a browser: it computes what the package does, and all of it can be used.

Each page is opened from the disk, and may ask for nothing else nor complain.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from PIL import Image

from aae_jax import decode, encode, interpolate
from aae_jax.algorithms.catalog import ALGORITHMS
from aae_jax.algorithms.semi_supervised import SemiSupervised
from aae_jax.core.abilities import Classifies, DecodesLabels
from aae_jax.core.config import Config
from aae_jax.imaging import Framing, prepare_picture, read_picture
from aae_jax.page import page_of
from aae_jax.page.networks import rounded
from aae_jax.pretrained import Model, pretrained_model
from aae_jax.runs.origin import Origin
from tests.support.browser import (
    DESKTOP,
    DIGITS,
    PHONE,
    chromium,
    drag,
    evaluated,
    handwritten,
    opened,
    settled,
)
from tests.support.configs import everything_on, first_state
from tests.support.runs import ORIGIN, codes_for

pytestmark = pytest.mark.slow
BOUNDS = ("low", "high")
LABELED = [a for a in ALGORITHMS if isinstance(everything_on(a), DecodesLabels)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


def untrained(algorithm: type[Config], **changes: Any) -> Model:
    """Return a tiny model with the weights of its first state."""
    config = everything_on(algorithm, **changes)
    names = tuple(map(str, range(config.num_classes)))
    origin = Origin(**{**vars(ORIGIN), "class_names": names, "framing": Framing()})
    return Model(config, first_state(config).params, origin, codes_for(config))


def written(model: Model, folder: Path) -> Path:
    path = folder / "styles.html"
    config, params, origin, codes = model
    path.write_text(page_of(config, params, codes, origin), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def digits() -> Model:
    return pretrained_model("digits")


@pytest.fixture(scope="module")
def page_of_digits(digits: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(digits, tmp_path_factory.mktemp("digits"))


@pytest.fixture(scope="module")
def reader() -> Model:
    """A model that reads classes, of images framed as MNIST's."""
    shape: dict[str, Any] = {"image_shape": (28, 28, 1), "num_classes": 10}
    return untrained(SemiSupervised, num_labels=10, **shape)


@pytest.fixture(scope="module")
def page_of_reader(reader: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(reader, tmp_path_factory.mktemp("reader"))


def differences(page: Any, config: Config, params: Any) -> tuple[float, float, float]:
    """Return how far page and package differ: in pixels, in z / scale, in reading."""
    rng = np.random.default_rng(0)
    K, shape = config.num_classes, config.image_shape
    style = 1.5 * rng.normal(size=config.latent_dim)
    z = np.tile(style * config.scale, (K, 1)).astype(np.float32)
    painted = np.asarray(decode(config, params, z, np.arange(K))).ravel()
    image = rng.uniform(size=shape).astype(np.float32)
    code = np.asarray(encode(config, params, image[None]))[0] / config.scale
    logits = evaluated(page, "(style) => model.decode(style)", style)
    found = evaluated(page, "(x) => model.encode(x).style", image.ravel())
    read = 0.0
    if isinstance(config, Classifies):
        probabilities = jax.nn.softmax(config.classify(params, image[None])[0])
        known = evaluated(page, "(x) => model.encode(x).read", image.ravel())
        read = np.abs(known - probabilities).max()
    pixels = 1 / (1 + np.exp(-logits))
    return np.abs(pixels - painted).max(), np.abs(found - code).max(), read


@pytest.mark.parametrize("algorithm", LABELED, ids=lambda algorithm: algorithm.kind)
def test_every_algorithm_is_computed_as_the_package_does(
    browser: Any, algorithm: type[Config], tmp_path: Path
) -> None:
    model = untrained(algorithm)
    with opened(browser, written(model, tmp_path)) as page:
        params = {**model.params, **rounded(model.params)}
        assert max(differences(page, model.config, params)) < 1e-5


def test_a_trained_model_is_hardly_changed_by_half_precision(
    browser: Any, digits: Model, page_of_digits: Path
) -> None:
    with opened(browser, page_of_digits) as page:
        same = differences(page, digits.config, rounded(digits.params))
        near = differences(page, digits.config, digits.params)
    assert max(same) < 1e-5
    assert near[0] < 0.01 and near[1] < 0.02


def test_a_color_model_is_shown_in_color(browser: Any, tmp_path: Path) -> None:
    model = untrained(LABELED[0], image_shape=(6, 5, 3))
    with opened(browser, written(model, tmp_path)) as page:
        params = {**model.params, **rounded(model.params)}
        assert max(differences(page, model.config, params)) < 1e-5
        assert not page.locator("#pad").is_visible()
        first = page.locator("#stage canvas").first
        opacity = "(c) => c.getContext('2d').getImageData(1, 1, 1, 1).data[3]"
        assert first.evaluate(opacity) == 255


def test_a_slider_moves_its_direction_alone_and_there_is_a_way_back(
    browser: Any, digits: Model, page_of_digits: Path
) -> None:
    with opened(browser, page_of_digits) as page:
        start = settled(page)
        before = page.locator("#stage canvas").nth(3).screenshot()
        drag(page, "#direction-1", [(0.5, 0.5), (0.6, 0.5), (0.9, 0.5)])
        moved = settled(page)
        directions = page.evaluate("model.stored.directions")
        vectors = np.array([one["vector"] for one in directions])
        along, low, high = vectors @ (moved - start), *map(directions[1].get, BOUNDS)
        reached = (vectors[1] @ moved - low) / (high - low)
        assert abs(along[1]) > 0.3 and reached == pytest.approx(0.9, abs=0.05)
        np.testing.assert_allclose(np.delete(along, 1), 0, atol=1e-6)
        assert page.locator("#stage canvas").nth(3).screenshot() != before
        fragment = "#" + page.url.partition("#")[2]
        page.click("#back")
        np.testing.assert_allclose(settled(page), start)
        assert page.locator("#back").is_disabled()
    with opened(browser, page_of_digits, fragment) as other:
        np.testing.assert_allclose(settled(other), moved, atol=6e-4)


def test_everything_has_a_name_and_works_with_keys(
    browser: Any, page_of_digits: Path
) -> None:
    with opened(browser, page_of_digits) as page:
        for role in ("slider", "button", "textbox", "img"):
            found = page.get_by_role(role).all()
            named = page.get_by_role(role, name=re.compile(r"\S"))
            assert found and named.count() == len(found), role
        assert page.locator("[aria-live=polite]").count() == 1
        start = settled(page)
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        right = settled(page)
        assert not np.allclose(right, start)
        for _ in range(20):
            if page.evaluate("document.activeElement.id") == "random":
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert not np.allclose(settled(page), right)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        np.testing.assert_allclose(settled(page), right)


@pytest.mark.parametrize("model", ["digits", "reader"])
def test_drawings_are_framed_as_the_package_frames_their_pictures(
    browser: Any, model: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    config, params, origin, _ = request.getfixturevalue(model)
    path = request.getfixturevalue(f"page_of_{model}")
    errors, ways = [], []
    with opened(browser, path) as page:
        for digit in [*DIGITS] * 2:
            for stroke in handwritten(digit, seed=len(errors)):
                drag(page, "#pad", stroke)
            with page.expect_download() as saved:
                page.click("#save-drawing")
            saved.value.save_as(tmp_path / "drawing.png")
            picture = read_picture(tmp_path / "drawing.png")
            image = prepare_picture(picture, origin.framing, config.image_shape)
            script = "() => framed(pad.mask(), pad.framing, model.shape)"
            errors.append(np.abs(evaluated(page, script) - image.ravel()).mean())
            code = np.asarray(encode(config, params, image[None]))[0]
            ways.append(np.abs(settled(page) - code / config.scale))
            page.click("#clear")
    assert len(errors) == 20
    assert np.mean(errors) < 0.05
    assert np.median(ways) < 0.2


def test_a_drawing_is_read_and_gives_its_style(
    browser: Any, page_of_reader: Path
) -> None:
    with opened(browser, page_of_reader) as page:
        start = settled(page)
        drag(page, "#pad", handwritten("1", seed=0)[0])
        style = evaluated(
            page,
            "() => model.encode(framed(pad.mask(), pad.framing, model.shape)).style",
        )
        np.testing.assert_allclose(settled(page), style)
        said = page.locator("#said").inner_text()
        assert said.startswith("The network reads ") and said.endswith("% sure")
        page.click("#clear")
        assert page.locator("#save-drawing").is_disabled()
        page.click("#back")
        np.testing.assert_allclose(settled(page), start)


def test_a_number_is_written_and_saved(
    browser: Any, page_of_digits: Path, tmp_path: Path
) -> None:
    with opened(browser, page_of_digits) as page:
        widths = {}
        for number in ("2", "2026"):
            page.fill("#text", number)
            with page.expect_download() as saved:
                page.click("#save")
            assert saved.value.suggested_filename == f"{number}.png"
            saved.value.save_as(tmp_path / "number.png")
            with Image.open(tmp_path / "number.png") as picture:
                tones = np.asarray(picture.convert("L"))
            assert tones.min() < 60 and tones[0, 0] == 255
            widths[number] = tones.shape[1]
        assert widths["2026"] > 2.5 * widths["2"]
        page.fill("#text", "2x")
        assert "not x" in page.locator("#text-hint").inner_text()
        page.fill("#text", "")
        assert page.locator("#save").is_disabled()


def test_a_walk_goes_as_that_of_the_package(
    browser: Any, digits: Model, page_of_digits: Path
) -> None:
    with opened(browser, page_of_digits) as page:
        start = settled(page)
        page.click("#random")
        end = settled(page)
        page.click("#end-here")
        drag(page, "#way", [(0.98, 0.5), (0.5, 0.5)])
        middle = settled(page)
        share = float(page.locator("#way").input_value())
        expected = interpolate(digits.config, start, end, 1001)[round(1000 * share)]
        np.testing.assert_allclose(middle, expected, atol=0.01)
        page.click("#play")
        np.testing.assert_allclose(settled(page), end, atol=1e-6)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_is_seen_on_every_screen(
    browser: Any, page_of_digits: Path, device: dict, scheme: str
) -> None:
    with opened(browser, page_of_digits, color_scheme=scheme, **device) as page:
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width == device["viewport"]["width"]
        paper, ink = page.evaluate(
            "() => [getComputedStyle(document.body).backgroundColor, "
            "getComputedStyle(document.body).color].map("
            "(color) => Math.max(...color.match(/\\d+/g).map(Number)))"
        )
        assert (paper > ink) == (scheme == "light") and abs(paper - ink) > 180
        drag(page, "#way", [(0.5, 0.5), (0.6, 0.5)])
        box = page.locator("#stage").bounding_box()
        # What changes stays in view, wherever the control is.
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= device["viewport"]["height"]
        small = page.locator("button").evaluate_all(
            "(all) => all.filter((b) => b.offsetParent && b.offsetHeight < 40).length"
        )
        assert small == 0
