"""What a person asks of `train`: one parse, which can be laid over any base config."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    TypeVar,
)

import tyro
from tyro.conf import AvoidSubcommands, arg

from aae_jax.algorithms.recipes import RECIPES, SMALL_DATASET, recipe_for
from aae_jax.commands.kinds import kinds_type, with_kinds
from aae_jax.commands.paths import UserPath
from aae_jax.core.changes import check_acts, has_field, kinds_of, laid_over
from aae_jax.core.config import Config
from aae_jax.core.parts import MAX_SEED
from aae_jax.errors import ConfigError
from aae_jax.runs.folder import read_config, read_origin, runs_of_sweep

C = TypeVar("C", bound=Config)
K = TypeVar("K")

if TYPE_CHECKING:
    Recipe = str
else:
    Recipe = tyro.extras.literal_type_from_choices(tuple(RECIPES))

_ANY_DATA: dict[str, Any] = {"num_train": 2**31 - 1, "num_classes": 2}
"""With these, no flag is refused that goes with some data."""


@dataclass(frozen=True)
class _First:
    """The flags that decide which others there are, and their defaults."""

    recipe: Recipe = "default"
    """Where the hyper-parameters below start from."""

    resume: bool = False
    """Continue the run in --run-dir with its saved config."""

    run_dir: UserPath | None = None
    """Where this run writes; without it a new directory under runs/."""

    dataset: str = "auto"
    """mnist, fashion_mnist, kmnist, svhn_cropped, cifar10, digits, colored_mnist,
    colored_digits, PATH.npz, or auto: mnist where there is a copy or a network to get
    one, otherwise digits."""


@dataclass(frozen=True)
class Options(_First):
    """Train an adversarial autoencoder and draw its figures."""

    data_dir: UserPath | None = None
    """Where prepared copies of datasets lie or go; without it AAE_DATA_DIR, then
    ~/tensorflow_datasets."""

    checkpoint_seconds: float = 10.0
    """Save at the end of an epoch when so many seconds have passed since the last."""

    stop_seconds: float = 20.0
    """How long training may go on after a signal to stop, SIGINT (Ctrl-C), SIGTERM or
    SIGHUP: longer epochs are left where they are."""

    stop_signal: Literal["USR1", "USR2"] | None = None
    """One more such signal, as Slurm warns with."""

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

    def __post_init__(self) -> None:
        for name in ("checkpoint", "stop"):
            if not getattr(self, f"{name}_seconds") >= 0:
                raise ConfigError(f"--{name}-seconds must be a number, at least 0")
        for name in ("num_seeds", "devices", "chunk_images", "num_processes"):
            if (value := getattr(self, name)) is not None and value < 1:
                flag = name.replace("_", "-")
                raise ConfigError(f"--{flag} must be at least 1, not {value}")
        if self.resume and self.run_dir is None:
            raise ConfigError("--resume needs --run-dir: say which run to continue")
        if self.coordinator is not None and not _is_address(self.coordinator):
            raise ConfigError(
                f"--coordinator must be HOST:PORT with a port from 1 to 65535, not "
                f"{self.coordinator!r}"
            )
        self.check_seeds(self.num_seeds)

    @property
    def is_distributed(self) -> bool:
        """True if this is one of several processes."""
        cluster = (self.coordinator, self.num_processes, self.process_id)
        return self.distributed or any(value is not None for value in cluster)

    def check_seeds(self, num_seeds: int) -> None:
        """Raise a ConfigError where flags ask for what so many seeds cannot do."""
        if num_seeds > 1 and self.is_distributed:
            raise ConfigError(
                "several seeds at once are for one process: share the seeds among its "
                "--devices, or start a process for each part of them, with a --seed of "
                "its own"
            )


class Request(NamedTuple):
    """A parsed command line.

    Attributes:
      options: What is no hyper-parameter.
      changes: The hyper-parameters that were given, as in {"generator.lr": 3e-4}, and
        the kinds of parts, as in {"prior": "mixture"}.
      given: The names of all flags that were given.
    """

    options: Options
    changes: dict[str, Any]
    given: frozenset[str]

    def over(self, base: C) -> C:
        """Return `base` with the given hyper-parameters laid over it.

        Raises:
          ConfigError: Together they cannot be, or one cannot act there.
        """
        return laid_over(base, self.changes)

    def seeds(self, config: Config) -> range:
        """Return the seeds to train, from that of `config` on.

        Raises:
          ConfigError: They go beyond the largest seed.
        """
        count = self.options.num_seeds
        seeds = range(config.seed, config.seed + count)
        if seeds[-1] > MAX_SEED:
            raise ConfigError(
                f"--seed {config.seed} with --num-seeds {count} ends at {seeds[-1]}, "
                f"and seeds end at {MAX_SEED}: choose a smaller --seed"
            )
        return seeds


@dataclass(frozen=True)
class _CommandLine(Generic[C, K]):
    """All flags: the options, the kinds of parts, and the fields of one config."""

    options: Annotated[Options, arg(name="")]
    kinds: Annotated[K, arg(name="")]
    config: Annotated[C, arg(name=""), AvoidSubcommands]


def parse(argv: Sequence[str]) -> Request:
    """Parse the command line: the flags of the recipe's algorithm and no others.

    A run that is continued has those of its own config. Exits with status 2 where a
    flag is wrong, with 0 after --help.

    Raises:
      ConfigError: A value is out of range, or cannot be beside the others.
      RunError: The run to continue cannot be read.
    """
    first, _ = tyro.cli(_First, args=argv, return_unknown_args=True, add_help=False)
    given = frozenset(_names(argv))
    recipe, base = _start(first, given)
    base = with_kinds(replace(base, **_ANY_DATA), argv)
    _check_kinds(base, given)
    kinds = kinds_type(base)
    shape: Any = _CommandLine[type(base), kinds]  # type: ignore[misc]
    line = tyro.cli(
        shape,
        args=argv,
        default=_CommandLine(Options(recipe=recipe), kinds(), base),
        description=Options.__doc__,
    )
    named = [name for name in given if has_field(base, name)]
    changes = {name: _value(line.config, name) for name in named}
    changes |= {name: word for name, word in vars(line.kinds).items() if name in given}
    request = Request(line.options, changes, given)
    request.seeds(line.config)
    return request


def _start(first: _First, given: frozenset[str]) -> tuple[str, Config]:
    """Return the name of the recipe, and the config that decides what flags there are.

    Of a run that is continued, or the first one of a sweep, these are its own.
    """
    if first.resume and first.run_dir and "recipe" not in given:
        members = runs_of_sweep(first.run_dir) or [first.run_dir]
        return read_origin(members[0]).recipe, read_config(members[0])
    num_train = 1 if first.dataset.endswith("digits") else SMALL_DATASET
    return first.recipe, recipe_for(first.recipe, num_train)


def _check_kinds(base: Config, given: frozenset[str]) -> None:
    """Raise a ConfigError where a flag is of another kind of part than the chosen."""
    choices = kinds_of(base)
    for name in sorted(given):
        if name.partition(".")[0] in choices:
            check_acts(base, name)


def _names(argv: Sequence[str]) -> list[str]:
    """Return the names of the flags in `argv`, as fields are named."""
    flags = (text.split("=")[0] for text in argv if text.startswith("--"))
    names = (flag.removeprefix("--").replace("-", "_") for flag in flags)
    # A flag that is switched off is called --no-FIELD, or --PART.no-FIELD.
    return [re.sub(r"(^|\.)no_", r"\1", name) for name in names]


def _value(config: Any, name: str) -> Any:
    for part in name.split("."):
        config = getattr(config, part)
    return config


def _is_address(text: str) -> bool:
    host, _, port = text.rpartition(":")
    return bool(host) and port.isdecimal() and 1 <= int(port) <= 65535
