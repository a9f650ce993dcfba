"""Put a trained run into the package, for `sample.py --pretrained NAME`.

    python -m experiments.export_pretrained RUN --name NAME

Writes aae_jax/pretrained/NAME: config, origin, some codes, the weights of encoder and
decoder in float16, and provenance.json, which says what they came from and what was
measured of them, as stored, on the test split. A model of that name is replaced.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro

from aae_jax import load_dataset
from aae_jax.commands.console import run_command
from aae_jax.core.abilities import DecodesLabels, HasPrior
from aae_jax.errors import ConfigError, RunError
from aae_jax.evaluation.judge import judge_of
from aae_jax.evaluation.measures import evaluate_model
from aae_jax.evaluation.model import model_of
from aae_jax.pretrained import PROVENANCE
from aae_jax.pretrained.store import named_arrays, read_model, write_model
from aae_jax.runs.codes import read_codes
from aae_jax.runs.folder import check_same_data, read_origin
from aae_jax.runs.journal import read_environments
from aae_jax.runs.loading import load_newest
from aae_jax.runs.model import Model
from aae_jax.runs.origin import without_places
from experiments.results import write_results

MAX_BYTES = 5_900_000
"""Of weights in float16 before compression; with the rest, a model is under 6 MB."""


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
    epoch, config, params = load_newest(run)
    model = Model(config, params, read_origin(run), read_codes(run, config))
    check_ability(model)
    check_size(model)
    folder = arguments.root / name
    write_model(folder, model._replace(origin=without_places(model.origin)))
    trained = describe_training(run, model, epoch)
    provenance = {"trained": trained, "metrics": measure(run, model, folder)}
    shown = run.name if run.is_absolute() else run
    command = f"python -m experiments.export_pretrained {shown} --name {name}"
    write_results(folder / PROVENANCE, {"command": command, **provenance})
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
    size = 2 * sum(array.size for array in named_arrays(model.params).values())
    if size > MAX_BYTES:
        raise RunError(
            f"encoder and decoder have {size / 1e6:.1f} MB of weights, and a model of "
            f"the package at most {MAX_BYTES / 1e6:.1f}: train one with a smaller "
            "--hidden-dim"
        )


def describe_training(run: Path, model: Model, epoch: int | None) -> dict[str, Any]:
    """Return what the run was, and the versions of its last start."""
    last_start = (read_environments(run) or [{}])[-1]
    versions = ("python", "packages", "devices")
    return {
        "recipe": model.origin.recipe,
        "dataset": without_places(model.origin).dataset,
        "seed": model.config.seed,
        "epochs": epoch,
        "commit": last_start.get("git_commit"),
        **{name: last_start.get(name) for name in versions},
    }


def measure(run: Path, model: Model, folder: Path) -> dict[str, float]:
    """Return every metric of what is stored in a folder, on the test split."""
    origin, stored = model.origin, read_model(folder)
    splits = load_dataset(origin.dataset, origin.data_dir)
    check_same_data(run, origin, splits.fingerprint)
    judge = judge_of(splits)
    evaluation = evaluate_model(model_of(*stored[:2]), splits, "test", judge)
    return {
        f"{group}.{name}": round(found["value"], 4)
        for group, measures in evaluation["metrics"].items()
        for name, found in measures.items()
        if found["value"] is not None
    }


if __name__ == "__main__":
    run_command(main)
