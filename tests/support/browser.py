"""A page opened in Chromium, and what a person does there: with a real pointer."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.page import browser_options

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}


@contextmanager
def chromium() -> Iterator[Any]:
    """Start the browser that is there; skips where there is none."""
    playwright = pytest.importorskip("playwright.sync_api")
    options = browser_options()
    if options is None:
        pytest.skip("needs Chromium or Chrome, named by AAE_CHROMIUM")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(**options)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, path: Path, fragment: str = "", **options: Any) -> Iterator:
    """Open a file as a page; it may neither complain nor ask for another one."""
    context = browser.new_context(**{"reduced_motion": "reduce", **DESKTOP, **options})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: complaints.append(asked.url))
    address = path.as_uri() + fragment
    page.goto(address)
    yield page
    context.close()
    assert [c for c in complaints if not c.startswith(("blob:", "data:"))] == [
        path.as_uri()
    ]


def evaluated(page: Any, script: str, *arguments: Any) -> np.ndarray:
    """Return the numbers that a script of the page gives."""
    call = f"([...given]) => Array.from(({script})(...given))"
    return np.array(page.evaluate(call, [_plain(one) for one in arguments]))


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def drag(page: Any, element: str, points: Sequence[Sequence[float]]) -> None:
    """Press the pointer and move it along points, each a share of the element."""
    page.locator(element).scroll_into_view_if_needed()
    box = page.locator(element).bounding_box()
    places = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


def settled(page: Any) -> np.ndarray:
    """Return the style of the page once it is drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
    return evaluated(page, "() => state.style")


TURN = np.linspace(0, 6.3, 17)
DIGITS: dict[str, list[str]] = {
    "0": [
        " ".join(f"{50 + 50 * np.sin(t):.0f},{50 - 50 * np.cos(t):.0f}" for t in TURN)
    ],
    "1": ["40,15 60,0 55,50 50,100"],
    "2": ["0,25 30,0 80,10 70,50 0,100 50,95 100,100"],
    "3": ["10,0 80,10 40,45 90,70 50,100 0,90"],
    "4": ["30,0 0,60 100,60", "70,20 65,100"],
    "5": ["100,0 10,5 0,50 70,40 90,80 40,100 0,90"],
    "6": ["70,0 10,50 10,90 60,100 80,70 40,60 0,80"],
    "7": ["0,5 100,0 60,50 40,100", "20,50 80,50"],
    "8": ["80,20 30,0 10,30 90,75 40,100 10,70 80,20"],
    "9": ["90,20 40,0 10,30 50,50 90,20 70,100"],
}
"""Strokes of a digit as points x,y in hundredths of its box."""


def handwritten(digit: str, seed: int) -> list[np.ndarray]:
    """Return the strokes [points, 2] of a digit, in a hand of its own, on a pad."""
    rng = np.random.default_rng([seed, int(digit)])
    size, lean = rng.uniform(0.35, 0.7, 2) * [0.8, 1], rng.uniform(-0.3, 0.3)
    corner = rng.uniform(0.1, 0.9 - size)
    strokes = []
    for stroke in DIGITS[digit]:
        points = [point.split(",") for point in stroke.split()]
        x, y = np.array(points, float).T / 100
        wobble = rng.normal(0, 0.01, (len(x), 2))
        leaning = np.stack([x + lean * (0.5 - y), y], axis=1)
        strokes.append(np.clip(corner + size * leaning + wobble, 0.04, 0.96))
    return strokes
