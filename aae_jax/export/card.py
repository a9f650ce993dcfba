"""The model card of an export: a README.md with the metadata that model hubs read."""

import json
import re
import textwrap
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, metadata
from importlib.resources import files
from typing import Any, NamedTuple

import jax

from aae_jax.core.abilities import Classifies, DecodesLabels
from aae_jax.core.config import Config
from aae_jax.errors import RunError
from aae_jax.runs.model import Model

DATA_LICENSES = {
    "mnist": "CC BY-SA 3.0",
    "fashion_mnist": "MIT",
    "kmnist": "CC BY-SA 4.0",
    "svhn_cropped": "non-commercial use only",
    "cifar10": "none stated by its authors",
    "digits": "CC BY 4.0",
}
"""Of datasets that have a name; those in color have that of the gray ones."""


CLASSIFIER = "\n| `classifier.jaxexport` | images to class logits [N, K] |"


class About(NamedTuple):
    """What a model does not know of itself.

    How many epochs it was trained for, what `evaluate` found, as its JSON has it, or
    else scores by name, and the license of its weights, by a word of model hubs.
    """

    epochs: int | None = None
    evaluation: Mapping[str, Any] | None = None
    scores: Mapping[str, float] | None = None
    license: str = "unknown"


def card_of(model: Model, about: About) -> str:
    """Return the model card; raises a RunError where the evaluation is damaged."""
    parts = {
        "license": json.dumps(about.license),
        "home": home(),
        "jax": jax.__version__,
        "measured": measured(model, about),
        **of_networks(model.config),
        **of_training(model, about.epochs),
    }
    text = (files(__package__) / "card.md").read_text(encoding="utf-8")
    return re.sub(r"<!-- ([a-z ]+) -->", lambda found: parts[found[1]], text)


def home() -> str:
    """Return in words where this package is installed from, as far as it says."""
    try:
        urls = metadata("aae-jax").get_all("Project-URL") or []
    except PackageNotFoundError:
        urls = []
    named = dict(url.split(", ", 1) for url in urls)
    return (
        f"After `pip install git+{named['Repository']}`:"
        if "Repository" in named
        else ""
    )


def of_networks(config: Config) -> dict[str, str]:
    """Return what the card says of what goes in and out."""
    is_told, (H, W, C) = isinstance(config, DecodesLabels), config.image_shape
    return {
        "tags": json.dumps(["adversarial-autoencoder", "jax", "flax", config.kind]),
        "told": " and classes [N] int32 below K" if is_told else "",
        "labels": ", labels" if is_told else "",
        "classifier": CLASSIFIER if isinstance(config, Classifies) else "",
        "sizes": f"H, W, C = {H}, {W}, {C}; Z = {config.code_dim}; "
        f"K = {config.num_classes}; codes have a deviation of about {config.scale:g}",
    }


def of_training(model: Model, epochs: int | None) -> dict[str, str]:
    """Return what the card says of recipe, data and epochs."""
    config, origin = model.config, model.origin
    data = origin.dataset.removeprefix("colored_")
    trained = "" if epochs is None else f"{epochs} of "
    return {
        "recipe": plain(origin.recipe),
        "dataset": plain(origin.dataset),
        "datasets": json.dumps([origin.dataset] if data in DATA_LICENSES else []),
        "data license": DATA_LICENSES.get(data, "whatever their owner says"),
        "training": f"{trained}{config.epochs} epochs of {config.num_train:,} images, "
        f"seed {config.seed}; the images: {plain(origin.source)}",
    }


def plain(text: str) -> str:
    """Return a text such that Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<>|#&~:])", r"\\\1", text)


def measured(model: Model, about: About) -> str:
    """Return the scores of a model, laid out as `evaluate` prints them."""
    from aae_jax.evaluation.table import evaluation_table

    evaluation = about.evaluation
    if evaluation is None and about.scores:
        rows = (f"| {name} | {score:g} |" for name, score in about.scores.items())
        return "\n".join(["| of the test split | |", "|---|---|", *rows])
    if evaluation is None:
        return "Not measured yet: `aae-evaluate FOLDER`, where its data is at hand."
    # Without the folders of the machine that it was measured on.
    named = {"run": "this model", "dataset": model.origin.dataset}
    try:
        table = evaluation_table([{**evaluation, **named}])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(
            f"evaluation.json is damaged ({error!r}): measure the run again"
        ) from error
    return textwrap.indent(table, " " * 4)
