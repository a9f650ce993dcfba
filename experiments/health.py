"""Check the bounds of engine/health.py on runs of which it is known how they went.

    python -m experiments.health --train

trains runs on the digits of scikit-learn, good ones of some recipes and bad
ones, those that results/health.json does not yet know, and keeps
there what their epochs showed. Without --train that is read. The runs on MNIST are
those of experiments.disentanglement after their last epoch; bad are those whose MMD^2
is above `FAR`. Writes the table of docs/guides/losses.md; the status is 1 where a good
run shows a sign, or a bad one none.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro

from aae_jax.algorithms.catalog import from_dict, to_dict
from aae_jax.commands import train
from aae_jax.commands.console import run_command
from aae_jax.engine.health import Shown, Watch, shown, signs
from aae_jax.runs.folder import read_config
from aae_jax.runs.journal import read_metrics
from experiments.results import RESULTS, markdown_table, write_results, write_tables

FILE, TEXT = RESULTS / "health.json", Path("docs/guides/losses.md")
FAR = 0.3
"""MMD^2 of codes to the prior above which a run on MNIST counts as a bad one."""

SHORT = " --epochs 40"
GOOD = ("default",) * 3 + tuple(
    f"{name}{SHORT}"
    for name in (
        "unsupervised",
        "semi_supervised",
        "reduction",
        "reduction_clusters",
        "manifold",
    )
)
"""Recipes and flags of the runs that go well; what comes again has other seeds."""

BAD = {
    f"tutorial{SHORT}": "won",
    f"default --generator.lr 0{SHORT}": "won",
    f"default --discriminator.lr 0 --agreement-weight 0{SHORT}": "blind",
    f"unsupervised --discriminator.lr 0{SHORT}": "blind",
    f"unsupervised --generator.lr 0.1{SHORT}": "blind",
    f"default --generator.lr 0.03{SHORT}": "blind",
    f"default --activation relu --reconstruction.lr 0.1{SHORT}": "dead",
    f"no_adversary --activation relu --reconstruction.lr 0.3{SHORT}": "dead",
}
"""Recipes and flags of the runs that do not, and what they are made to show."""

SIGNS = ("won", "blind", "left", "dead")


@dataclass(frozen=True)
class Arguments:
    """Check the bounds of the signs of a game that goes wrong."""

    train: bool = False
    """Train the runs on digits anew."""


def main(argv: Sequence[str]) -> int:
    """Check all runs and write the table; returns 1 where a bound is wrong."""
    if tyro.cli(Arguments, args=argv).train:
        known = json.loads(FILE.read_text())["runs"] if FILE.exists() else []
        for title, expected in planned():
            if title not in [run["title"] for run in known]:
                known.append(trained(title, expected))
                write_results(FILE, {"runs": known})
    counts = {key: Counter[str]() for key in ("good", *SIGNS)}
    is_right = True
    for title, expected, told in (*on_digits(), *on_mnist()):
        counts[expected].update(["runs", *told] if told else ["runs", "none"])
        if bool(told) != (expected != "good"):
            is_right = False
            print(f"{title} is {expected} and shows {', '.join(told) or 'no sign'}")
    columns = ("runs", "none", *SIGNS)
    rows = [["made to be", *columns]]
    rows += [[k, *(str(c[name]) for name in columns)] for k, c in counts.items()]
    write_tables(TEXT, {"health": markdown_table(rows)})
    return int(not is_right)


def planned() -> Iterator[tuple[str, str]]:
    """Yield recipe and flags of each run, and how it is to go."""
    seeds = Counter[str]()
    for flags in (*BAD, *GOOD):
        yield f"{flags} --seed {seeds[flags]}", BAD.get(flags, "good")
        seeds[flags] += 1


def trained(title: str, expected: str) -> dict[str, Any]:
    """Train a run; returns what its epochs showed, to three figures."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder, "run")
        asked = f"--dataset digits --recipe {title} --run-dir"
        if train.main([*asked.split(), str(run)]):
            raise KeyboardInterrupt
        config = read_config(run)
        epochs = [shown(config, entry) for entry in read_metrics(run)]
    known = {"title": title, "expected": expected, "config": to_dict(config)}
    # As text: one line a run, not one a number.
    return {**known, "epochs": json.dumps(rounded(epochs))}


def rounded(values: Any) -> Any:
    """Return what JSON makes of values, to three figures."""
    text = json.dumps(values)
    return json.loads(text, parse_float=lambda number: float(f"{float(number):.3g}"))


def on_digits() -> Iterator[tuple[str, str, list[str]]]:
    """Yield title, how it was to go, and the signs that are told of each run."""
    for run in json.loads(FILE.read_text())["runs"]:
        watch = Watch(from_dict(run["config"]))
        told: dict[str, str] = {}
        for epoch, values in enumerate(json.loads(run["epochs"]), start=1):
            told |= watch.new(epoch, Shown(*values))
        yield run["title"], run["expected"], list(told)


def on_mnist() -> Iterator[tuple[str, str, list[str]]]:
    """Yield the same of the last epoch of runs of experiments.disentanglement."""
    for path in sorted((RESULTS / "disentanglement").glob("*.json")):
        run = json.loads(path.read_text())
        config, codes = from_dict(run["config"]), run["codes"]
        moments = {
            f"code_{name}": [value * config.scale for value in codes[name]]
            for name in ("mean", "std")
        }
        mmd2 = run["metrics"]["posterior"]["mmd2"]["value"]
        told = list(signs(shown(config, {**run["last_losses"], **moments})))
        yield path.stem, "left" if mmd2 > FAR else "good", told


if __name__ == "__main__":
    run_command(main)
