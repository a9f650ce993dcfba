"""How long a user waits: process start to the first training step, and to a sample.

    python -m benchmarks.start

Every figure is of processes of their own. The first start finds no compiled programs
(an empty cache folder), the second those of the first; the files of the packages have
been read before. The training is plain train.py on random pictures of MNIST's shape.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import tyro

from aae_jax.runs.folder import read_config
from aae_jax.runs.journal import read_metrics
from benchmarks.measuring import report, spread_of
from benchmarks.processes import ROOT, Finished, random_dataset, run

FIRST_STEP = "`train.py`, first training step done"
STARTS = ("first start", "second start")


@dataclass(frozen=True)
class Arguments:
    """Time the start of train.py and sample.py, with and without kept programs."""

    num_images: int = 68_750
    """Random pictures, of which 80 in 100 are trained on: by default 55,000."""

    repeats: int = 3
    """Starts of each kind; medians are reported."""


@dataclass(frozen=True)
class Way:
    """A command, and what is measured of its process: seconds by name."""

    arguments: Callable[[str], Sequence[str]]
    measure: Callable[[Finished, str], dict[str, float]]


def main(arguments: Arguments) -> None:
    """Start everything often enough, in turn, and write down the medians."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        random_dataset(folder / "pictures.npz", arguments.num_images)
        ways = all_ways(folder)
        trained = ways[0].arguments("trained")
        run(trained, folder, folder / "cache")
        seconds: dict[str, dict[str, list[float]]] = {}
        for repeat in range(arguments.repeats):
            for number, way in enumerate(ways):
                measure_starts(way, folder, f"{number}-{repeat}", seconds)
    write_down(seconds, arguments)


def all_ways(folder: Path) -> list[Way]:
    """Return every command that is started in `folder`; the first of them trains."""
    train, sample = str(ROOT / "train.py"), str(ROOT / "sample.py")

    def training(run_name: str) -> list[str]:
        flags = ["--dataset", "pictures.npz", "--epochs", "1", "--run-dir", run_name]
        return [train, *flags]

    def first_step(finished: Finished, run_name: str) -> dict[str, float]:
        return {FIRST_STEP: first_step_seconds(finished, folder / run_name)}

    stages = ["-m", "benchmarks.start_stages", "pictures.npz"]
    return [
        Way(training, first_step),
        Way(lambda _: stages, lambda finished, _: stage_seconds(finished)),
        _whole("`sample.py --run-dir RUN`", sample, "--run-dir", "trained"),
        _whole("`sample.py --pretrained digits`", sample, "--pretrained", "digits"),
        _whole("`train.py --help`", train, "--help"),
    ]


def measure_starts(
    way: Way, folder: Path, name: str, seconds: dict[str, dict[str, list[float]]]
) -> None:
    """Start a way twice from an empty cache folder; fills seconds[measure][start]."""
    for start in STARTS:
        run_name = f"{name}-{start}".replace(" ", "-")
        finished = run(way.arguments(run_name), folder, folder / f"cache-{name}")
        for measured, value in way.measure(finished, run_name).items():
            starts = seconds.setdefault(measured, {start: [] for start in STARTS})
            starts[start].append(value)


def first_step_seconds(finished: Finished, run_path: Path) -> float:
    """Return when the first step of a run was done, in seconds after process start.

    An epoch is one compiled program, which says nothing before it ends: its first step
    ended as long before as the run's own clock says that the others took.
    """
    (epoch,) = read_metrics(run_path)
    ended = next(s for s, text in finished.lines if text.startswith("epoch "))
    step = read_config(run_path).batch_size / epoch["images_per_second"]
    return ended - epoch["seconds"] + step


def stage_seconds(finished: Finished) -> dict[str, float]:
    """Return how long each stage took, by its name."""
    ends = [0.0, *(line.seconds for line in finished.lines)]
    return {
        f"... {line.text}": line.seconds - began
        for line, began in zip(finished.lines, ends, strict=False)
    }


def write_down(
    seconds: dict[str, dict[str, list[float]]], arguments: Arguments
) -> None:
    """Print and write one row a measure, one column a start."""
    spreads = {
        name: [spread_of(found[start]) for start in STARTS]
        for name, found in seconds.items()
    }
    stages = {name: spreads.pop(name) for name in seconds if name.startswith("...")}
    first = spreads.pop(FIRST_STEP)
    rest = [
        whole.median - sum(stage.median for stage in parts)
        for whole, *parts in zip(first, *stages.values(), strict=True)
    ]
    rows = [
        ["seconds", *STARTS],
        [FIRST_STEP, *map(str, first)],
        *([name, *(f"{s.median:.2f}" for s in of)] for name, of in stages.items()),
        ["... the rest, and the step", *(f"{value:.2f}" for value in rest)],
        *([name, *map(str, of)] for name, of in spreads.items()),
    ]
    report("start", rows, {"num_images": arguments.num_images, "seconds": seconds})


def _whole(name: str, *arguments: str) -> Way:
    """Return a way of which the whole process is measured."""
    return Way(lambda _: arguments, lambda finished, _: {name: finished.seconds})


if __name__ == "__main__":
    main(tyro.cli(Arguments))
