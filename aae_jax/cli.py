"""The command line of train.py, and how both scripts end."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

import tyro

from aae_jax.config import DATA_FIELDS, MAX_SEED, Config
from aae_jax.data import DatasetSplits
from aae_jax.errors import AAEError, ConfigError, RunError
from aae_jax.recipes import DEFAULT, SMALL_DATASET, recipe_for, with_data

Recipe = Literal["default", "tutorial", "unsupervised", "autoencoder", "no_adversary"]

_ANY_SIZE = 2**31 - 1
INTERRUPTED = 130


@dataclass(frozen=True)
class Arguments:
    """Train a supervised adversarial autoencoder and draw its style grid."""

    recipe: Recipe = "default"
    """Where the hyper-parameters below start from."""

    dataset: str = "auto"
    """mnist, fashion_mnist, kmnist, digits, PATH.npz, or auto: mnist where there is a
    copy or a network to get one, otherwise digits."""

    data_dir: Path | None = None
    """Where prepared copies of datasets lie or go; without it AAE_DATA_DIR, then
    ~/tensorflow_datasets."""

    run_dir: Path | None = None
    """Where this run writes; without it a new directory under runs/."""

    resume: bool = False
    """Continue the run in --run-dir with its saved config."""

    checkpoint_seconds: float = 10.0
    """Save at the end of an epoch when so many seconds have passed since the last."""

    num_seeds: int = 1
    """Train so many seeds at once, from --seed on, each into a run of its own."""

    devices: int | None = None
    """How many devices share each batch (or the seeds); without it all accelerators, or
    one CPU."""

    chunk_images: int | None = None
    """Training images on the devices at a time; without it all, or as many as fit."""

    profile: bool = False
    """Trace some warm steps into the run's profile/ before training."""

    distributed: bool = False
    """Be one of several processes, which find each other as JAX finds its cluster; the
    next three flags say what it cannot find, and imply this one."""

    coordinator: str | None = None
    """HOST:PORT where process 0 listens."""

    num_processes: int | None = None
    """How many processes there are."""

    process_id: int | None = None
    """Which of them this one is, from 0."""

    config: tyro.conf.OmitArgPrefixes[Config] = DEFAULT
    """Hyper-parameters; the defaults shown are those of the recipe."""

    def __post_init__(self) -> None:
        if not self.checkpoint_seconds >= 0:
            raise ConfigError("--checkpoint-seconds must be a number, at least 0")
        for name in ("num_seeds", "devices", "chunk_images", "num_processes"):
            if (value := getattr(self, name)) is not None and value < 1:
                flag = name.replace("_", "-")
                raise ConfigError(f"--{flag} must be at least 1, not {value}")
        if self.resume and self.run_dir is None:
            raise ConfigError("--resume needs --run-dir: say which run to continue")
        if self.num_seeds > 1:
            check_sweep(self)
        last_seed = self.config.seed + self.num_seeds - 1
        if last_seed > MAX_SEED:
            raise ConfigError(
                f"--seed {self.config.seed} with --num-seeds {self.num_seeds} ends at "
                f"{last_seed}, and seeds end at {MAX_SEED}: choose a smaller --seed"
            )
        if self.coordinator is not None and not _is_address(self.coordinator):
            raise ConfigError(
                f"--coordinator must be HOST:PORT with a port from 1 to 65535, not "
                f"{self.coordinator!r}"
            )

    @property
    def is_distributed(self) -> bool:
        """Whether this is one of several processes."""
        cluster = (self.coordinator, self.num_processes, self.process_id)
        return self.distributed or any(value is not None for value in cluster)


def check_sweep(arguments: Arguments) -> None:
    """Raise a ConfigError where flags ask for what several seeds at once cannot."""
    if arguments.chunk_images is not None:
        raise ConfigError(
            "several seeds at once take the data whole: leave out --chunk-images"
        )
    if arguments.is_distributed:
        raise ConfigError(
            "several seeds at once are for one process: share the seeds among its "
            "--devices, or start a process for each part of them, with a --seed of "
            "its own"
        )


def _is_address(text: str) -> bool:
    host, _, port = text.rpartition(":")
    return bool(host) and port.isdecimal() and 1 <= int(port) <= 65535


@dataclass(frozen=True)
class _First:
    """The flags that decide the defaults of all others."""

    recipe: Recipe = "default"
    dataset: str = "auto"


def parse_arguments(argv: Sequence[str]) -> Arguments:
    """Parse the command line as far as it can be known before the data is.

    Exits with status 2 where a flag is wrong, with 0 after --help.
    """
    first, _ = tyro.cli(_First, args=argv, return_unknown_args=True, add_help=False)
    num_train = 1 if first.dataset == "digits" else SMALL_DATASET
    return _parse(argv, recipe_for(first.recipe, num_train), recipe=first.recipe)


def config_for_data(argv: Sequence[str], splits: DatasetSplits) -> Config:
    """Parse the config again with what the data decides filled in.

    Raises:
      ConfigError: The flags do not go with this data.
    """
    recipe = parse_arguments(argv).recipe
    base = recipe_for(recipe, len(splits.train.labels))
    return with_data(_parse(argv, base).config, splits)


def config_for_resume(argv: Sequence[str], recipe: str, saved: Config) -> Config:
    """Parse the config again over that of a saved run, and refuse to change it.

    Only a longer plan passes, where no step depends on the plan.

    Raises:
      RunError: A flag asks for another config; names each and the fix.
    """
    asked = parse_arguments(argv)
    if "--recipe" in _flags(argv) and asked.recipe != recipe:
        raise RunError(
            f"this run started from --recipe {recipe} and continues with it: leave out "
            f"--recipe, or start a run with --recipe {asked.recipe} of its own"
        )
    config = replace(
        _parse(argv, saved).config,
        **{name: getattr(saved, name) for name in DATA_FIELDS},
    )
    _check_unchanged(saved, config)
    return config


def _check_unchanged(saved: Config, config: Config) -> None:
    changed = {
        field.name: f"{getattr(saved, field.name)} to {getattr(config, field.name)}"
        for field in fields(Config)
        if getattr(saved, field.name) != getattr(config, field.name)
    }
    if not changed:
        return
    listed = ", ".join(f"{name} from {change}" for name, change in changed.items())
    if list(changed) != ["epochs"]:
        raise RunError(
            f"a run continues with the config it began with, and this would change "
            f"{listed}: leave those flags out, or start a run of its own without "
            "--resume"
        )
    if config.epochs < saved.epochs:
        raise RunError(
            f"a run is not shortened, and this would change {listed}: leave out "
            "--epochs and stop the run with Ctrl-C when you like"
        )
    if saved.follows_plan:
        raise RunError(
            f"this would change {listed}, but the learning rates or the style "
            "agreement of this run decay with its planned length of "
            f"{saved.epochs} epochs: start a run of its own "
            f"with --epochs {config.epochs} and without --resume"
        )


def _parse(
    argv: Sequence[str], config: Config, recipe: Recipe = "default"
) -> Arguments:
    """Parse everything over `config`, whose set may turn out to be of any size."""
    default = Arguments(recipe=recipe, config=replace(config, num_train=_ANY_SIZE))
    return tyro.cli(Arguments, args=argv, default=default)


def _flags(argv: Sequence[str]) -> set[str]:
    return {argument.split("=")[0] for argument in argv if argument.startswith("--")}


def run_script(main: Callable[[Sequence[str]], int]) -> None:
    """Run a script's `main` on the command line; mistakes end in one plain line.

    Exits with what `main` returns, with 2 after a user's mistake and with 130 after
    Ctrl-C.
    """
    try:
        status = main(sys.argv[1:])
    except (AAEError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        status = 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        status = INTERRUPTED
    sys.exit(status)
