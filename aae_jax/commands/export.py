"""Export a trained model: `aae-export --help`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from aae_jax.commands.console import run_command
from aae_jax.commands.paths import UserPath
from aae_jax.engine.devices import check_devices
from aae_jax.engine.settings import set_up_jax
from aae_jax.errors import ConfigError
from aae_jax.export import About, write_export
from aae_jax.pretrained import pretrained_model, provenance_of
from aae_jax.runs.codes import read_codes
from aae_jax.runs.folder import read_origin
from aae_jax.runs.journal import read_evaluation
from aae_jax.runs.model import Model


@dataclass(frozen=True)
class Arguments:
    """Write a trained model as files that JAX runs without this package.

    Weights, functions for any batch on CPU, CUDA and TPU, config and model card, in the
    layout that model hubs take. The other commands take that folder as a run, too.
    """

    paths: Annotated[
        tuple[UserPath, ...], tyro.conf.Positional, tyro.conf.arg(metavar="[RUN] DIR")
    ]
    """The run, and the folder to write; the folder alone with --pretrained."""

    pretrained: str | None = None
    """Export a trained model that comes with the package, as in mnist."""

    license: str | None = None
    """What the weights are given away under, as in apache-2.0."""

    def __post_init__(self) -> None:
        if len(self.paths) != (1 if self.pretrained else 2):
            raise ConfigError(
                "name a run and the folder to write, as in RUN DIR, or the folder "
                "alone with --pretrained NAME"
            )


def main(argv: Sequence[str]) -> int:
    """Export what was asked for and say which files it is; returns the status."""
    arguments = tyro.cli(Arguments, args=argv)
    set_up_jax()
    check_devices()
    *runs, folder = arguments.paths
    if arguments.pretrained is not None:
        model = pretrained_model(arguments.pretrained)
        found = provenance_of(arguments.pretrained)
        about = About(
            found["trained"]["epochs"], scores=found["metrics"], license="apache-2.0"
        )
    else:
        model, about = read_run(*runs)
    if arguments.license is not None:
        about = about._replace(license=arguments.license)
    for path in write_export(folder, model, about):
        print(path)
    return 0


def read_run(run: Path) -> tuple[Model, About]:
    """Read the model of a run, or one that was exported, and what is known of it."""
    from aae_jax.runs.loading import load_newest

    epoch, config, params = load_newest(run)
    evaluation = read_evaluation(run)
    if evaluation is not None and evaluation.get("epoch") != epoch:
        print(f"what was measured of {run} is of another epoch: measure it again")
        evaluation = None
    model = Model(config, params, read_origin(run), read_codes(run, config))
    return model, About(epoch, evaluation)


def console() -> None:
    """Run this command on the command line."""
    run_command(main)


if __name__ == "__main__":
    console()
