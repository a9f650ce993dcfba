"""How long a page takes to draw all contents anew, in the browser that is there.

    python -m benchmarks.page

A frame is what happens while a slider is dragged: all contents are decoded, drawn, and
a number of five digits is written. Needs Chromium or Chrome: AAE_CHROMIUM names one.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jax
import numpy as np
import tyro

from aae_jax.algorithms.recipes import DEFAULT
from aae_jax.core.codes import KnownCodes
from aae_jax.errors import DataError
from aae_jax.imaging import Framing
from aae_jax.page import page_of
from aae_jax.pretrained import Model, pretrained_model, pretrained_names
from benchmarks.measuring import report, spread_of
from benchmarks.training import first_state

PROGRAMS = ("chromium", "google-chrome", "chromium-browser")
FRAMES = """(frames) => Array.from({ length: frames }, () => {
  state.style = state.style.map(() => 2 * Math.random() - 1);
  const start = performance.now();
  draw();
  return performance.now() - start;
})"""


@dataclass(frozen=True)
class Arguments:
    """Time the frames of pages: of the package's models, and of wide networks."""

    frames: int = 100
    """Frames of each page; medians are reported."""

    hidden_dim: int = DEFAULT.hidden_dim
    """Width of the wide networks, which are not trained."""


def main(arguments: Arguments) -> None:
    """Time every page and write down the frames."""
    models = {name: pretrained_model(name) for name in pretrained_names()}
    models[f"width {arguments.hidden_dim:,}"] = wide(arguments.hidden_dim)
    rows = [["model", "page, MB", "ms a frame, median (smallest to largest)"]]
    results: dict[str, Any] = {}
    for name, model in models.items():
        size, times = timed(model, arguments.frames)
        rows.append([name, f"{size / 1e6:.1f}", str(spread_of(times))])
        results[name] = {"bytes": size, "milliseconds": times}
    report("page", rows, results)


def wide(hidden_dim: int) -> Model:
    """Return an untrained model of MNIST's size."""
    config = replace(DEFAULT, hidden_dim=hidden_dim)
    rng = np.random.default_rng(0)
    z = config.scale * rng.normal(size=(100, config.latent_dim)).astype(np.float32)
    codes = KnownCodes(z, np.arange(100, dtype=np.int32) % config.num_classes)
    names = tuple(map(str, range(config.num_classes)))
    known = pretrained_model("digits").origin
    origin = replace(known, dataset="mnist", class_names=names, framing=Framing())
    return Model(config, first_state(config).params, origin, codes)


def timed(model: Model, frames: int) -> tuple[int, np.ndarray]:
    """Return the bytes of a model's page, and milliseconds [frames] of each frame."""
    from playwright.sync_api import sync_playwright

    options = browser_options()
    if options is None:
        raise DataError("there is no Chromium or Chrome: name one with AAE_CHROMIUM")
    config, params, origin, codes = model
    text = page_of(config, jax.device_get(params), codes, origin)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        path = Path(folder, "page.html")
        path.write_text(text, encoding="utf-8")
        browser = started.chromium.launch(**options)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(path.as_uri())
        page.evaluate(FRAMES, frames // 4)  # compiles
        times = np.array(page.evaluate(FRAMES, frames))
        browser.close()
        return path.stat().st_size, times


def browser_options() -> dict[str, Any] | None:
    """Return how to start the browser that is there; None where there is none."""
    found = os.environ.get("AAE_CHROMIUM") or next(
        filter(None, map(shutil.which, PROGRAMS)), None
    )
    if found is None:
        return None
    # Chromium has no sandbox for root.
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {"executable_path": found, "args": ["--no-sandbox"] if is_root else []}


if __name__ == "__main__":
    main(tyro.cli(Arguments))
