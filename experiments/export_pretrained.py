"""Put a trained run into the package, for `sample.py --pretrained NAME`.

    python -m experiments.export_pretrained RUN --name NAME

Writes aae_jax/pretrained/NAME: config, origin, some codes, the weights of encoder and
decoder, and provenance.json, which says what they came from and which share of prior
samples an SVM reads as the digit asked for. A model of that name is replaced.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tyro

from aae_jax import load_dataset, load_run
from aae_jax.commands.console import run_command
from aae_jax.core.abilities import DecodesLabels, HasPrior
from aae_jax.data import Dataset
from aae_jax.errors import ConfigError, RunError
from aae_jax.pretrained.store import Model, named_arrays, write_model
from aae_jax.runs.checkpoints import latest_epoch
from aae_jax.runs.codes import read_codes
from aae_jax.runs.folder import check_same_data, read_origin
from aae_jax.runs.journal import read_environments
from aae_jax.runs.origin import Origin
from experiments.digits_content import NUM_SAMPLES, fit_reader, flat, share_as_asked
from experiments.results import write_results

MAX_BYTES = 2_900_000
"""Of weights before compression; with the rest, a model stays under 3 MB."""

MAX_READ = 10_000
"""Training images that the SVM is fitted to at most, from the first."""


@dataclass(frozen=True)
class Arguments:
    """Put a trained run into the package."""

    run: tyro.conf.Positional[Path]
    """The run directory."""

    name: str
    """What the model is called."""

    root: Path = Path("aae_jax/pretrained")
    """Where the models of the package lie."""


def main(argv: Sequence[str]) -> int:
    """Check, write and say what the model came from; returns the status."""
    arguments = tyro.cli(Arguments, args=argv)
    run, name = arguments.run, arguments.name
    check_name(name)
    config, params = load_run(run)
    model = Model(config, params, read_origin(run), read_codes(run, config))
    check_ability(model)
    check_size(model)
    provenance = {"trained": describe_training(run, model), **read_samples(run, model)}
    folder = arguments.root / name
    write_model(folder, model._replace(origin=without_places(model.origin)))
    shown = run.name if run.is_absolute() else run
    command = f"python -m experiments.export_pretrained {shown} --name {name}"
    write_results(folder / "provenance.json", {"command": command, **provenance})
    return 0


def check_name(name: str) -> None:
    """Raise a ConfigError where `name` is no plain name of a folder."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise ConfigError(
            f"--name must be small letters, digits, - and _, as in digits, not {name!r}"
        )


def check_ability(model: Model) -> None:
    """Raise a RunError where nobody can ask the model for a content in a style."""
    if not (
        isinstance(model.config, DecodesLabels) and isinstance(model.config, HasPrior)
    ):
        raise RunError(
            f"{model.config.kind} has no prior, or a decoder that is told no label, "
            "and a model of the package needs both: export a run of another recipe"
        )


def check_size(model: Model) -> None:
    """Raise a RunError where the weights are too large for the package."""
    size = sum(array.nbytes for array in named_arrays(model.params).values())
    if size > MAX_BYTES:
        raise RunError(
            f"encoder and decoder have {size / 1e6:.1f} MB of weights, and a model of "
            f"the package at most {MAX_BYTES / 1e6:.1f}: train one with a smaller "
            "--hidden-dim"
        )


def describe_training(run: Path, model: Model) -> dict[str, Any]:
    """Return what the run was, and the versions of its last start."""
    last_start = (read_environments(run) or [{}])[-1]
    known = ("python", "packages", "devices")
    return {
        "recipe": model.origin.recipe,
        "dataset": without_places(model.origin).dataset,
        "seed": model.config.seed,
        "epochs": latest_epoch(run),
        **{name: last_start.get(name) for name in known},
    }


def read_samples(run: Path, model: Model) -> dict[str, Any]:
    """Return the content accuracy of prior samples, beside that of real test images."""
    config, params, origin, _ = model
    splits = load_dataset(origin.dataset, origin.data_dir)
    check_same_data(run, origin, splits.fingerprint)
    reader = fit_reader(Dataset(*(array[:MAX_READ] for array in splits.train)))
    accuracy = share_as_asked(reader, config, params)
    print(f"the SVM reads {accuracy:.4f} of prior samples as asked")
    return {
        "svm_accuracy_on_test": reader.score(
            flat(splits.test.images), splits.test.labels
        ),
        "num_prior_samples": NUM_SAMPLES,
        "content_accuracy": accuracy,
    }


def without_places(origin: Origin) -> Origin:
    """Return the origin without the folders of this machine that it names."""
    dataset = Path(origin.dataset).name
    names_a_place = "/" in origin.source or "\\" in origin.source
    source = dataset if names_a_place else origin.source
    return replace(origin, dataset=dataset, data_dir=None, source=source)


if __name__ == "__main__":
    run_command(main)
