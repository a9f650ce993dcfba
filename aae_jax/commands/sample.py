"""Draw from a trained run: `aae-sample --help`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tyro

from aae_jax.commands.choices import Sample, Trained, chosen_of, needs_random_styles
from aae_jax.commands.console import run_command
from aae_jax.commands.sample_request import SampleRequest
from aae_jax.core.abilities import HasPrior
from aae_jax.engine.devices import check_devices
from aae_jax.engine.settings import set_up_jax
from aae_jax.pretrained import pretrained_model
from aae_jax.runs.codes import read_codes
from aae_jax.runs.folder import RUNS, SAMPLES, outputs_of, read_origin
from aae_jax.storage.files import replace_text, replacement


def main(argv: Sequence[str]) -> int:
    """Draw what was asked for and say where it was written; returns the status."""
    asked = tyro.cli(SampleRequest, args=argv)
    set_up_jax()
    check_devices()
    trained = load_trained(asked)
    if asked.page is not None:
        write_page(trained, asked.page)
    for choice in chosen_of(trained, asked):
        write_sample(trained, choice(trained, asked), asked)
    return 0


def load_trained(asked: SampleRequest) -> Trained:
    """Load the model or run that was asked for, or else the newest run."""
    from aae_jax.runs.loading import load_run, newest_run

    if asked.pretrained is not None:
        path = RUNS / f"pretrained-{asked.pretrained}"
        return Trained(path, *pretrained_model(asked.pretrained))
    path = asked.run_dir or newest_run()
    config, params = load_run(path)
    draws_codes = not isinstance(config, HasPrior) and needs_random_styles(asked)
    if draws_codes:
        print(
            f"{config.kind} has no prior: styles are drawn from the Gaussian that the "
            "codes of training images have"
        )
    needs_codes = draws_codes or asked.page is not None
    codes = read_codes(path, config) if needs_codes else None
    return Trained(outputs_of(path), config, params, read_origin(path), codes)


def write_page(trained: Trained, path: Path) -> None:
    """Write a page to play with; says where it is."""
    from aae_jax.page import page_of

    assert trained.codes is not None
    origin = trained.origin
    text = page_of(trained.config, trained.params, trained.codes, origin)
    replace_text(path, text)
    print(f"{path} (open it in a browser)")


def write_sample(trained: Trained, sample: Sample, asked: SampleRequest) -> None:
    """Write a sample as a picture, and as arrays where asked; says what it wrote."""
    from aae_jax.plotting import (
        image_grid,
        left_out,
        save_animation,
        save_figure,
        steps_figure,
    )

    images, names = sample.images, list(sample.columns)
    if sample.steps is not None:
        prepared = sample.steps["prepared"]
        images = np.concatenate([prepared[None, None], images], axis=1)
        names = ["picture", *(names or [""] * sample.images.shape[1])]
    path = trained.path / SAMPLES / f"{sample.name}.png"
    for said in (sample.said, left_out(images.shape)):
        if said:
            print(said)
    print(save_figure(image_grid(images, columns=names), path))
    if sample.steps is not None and asked.show_preparation:
        shown = path.with_name(f"{path.stem}-preparation.png")
        print(save_figure(steps_figure(sample.steps), shown))
    if asked.animate and sample.is_walk:
        moving = path.with_name(f"{path.stem}-animated.png")
        there_and_back = np.concatenate([images, images[-2:0:-1]])
        print(save_animation(there_and_back[:, None], moving))
    if asked.npz:
        arrays = path.with_suffix(".npz")
        with replacement(arrays) as unfinished:
            np.savez_compressed(
                unfinished, images=sample.images, z=sample.z, labels=sample.labels
            )
        print(arrays)


def console() -> None:
    """Run this command on the command line."""
    run_command(main)


if __name__ == "__main__":
    console()
